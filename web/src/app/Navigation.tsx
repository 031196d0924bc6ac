/** The rooms as links; the inbox says how much is unread. */
import { NavLink } from "@mantine/core";
import { Link, useLocation } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { UnreadBadge } from "~/inbox/UnreadBadge";
import { ROOMS } from "./navigation";
import classes from "./Shell.module.css";

export function Navigation({ onGone }: { onGone: () => void }) {
  const { t } = useTranslation("shell");
  const here = useLocation({ select: ({ pathname }) => pathname });
  return (
    <nav aria-label={t("nav.rooms")}>
      {ROOMS.map(({ to, label, icon: Icon }) => (
        <NavLink
          key={to}
          component={Link}
          to={to}
          label={t(label)}
          leftSection={<Icon size={18} aria-hidden />}
          rightSection={to === "/inbox" && <UnreadBadge />}
          active={here === to || here.startsWith(`${to}/`)}
          onClick={onGone}
          className={classes["link"] ?? ""}
        />
      ))}
    </nav>
  );
}
