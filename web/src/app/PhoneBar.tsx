/** The bar at the bottom of a phone: the rooms that are needed on the way, within reach of a thumb. */
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { UnreadBadge } from "~/inbox/UnreadBadge";
import { ROOMS } from "./navigation";
import classes from "./Shell.module.css";

export function PhoneBar() {
  const { t } = useTranslation("shell");
  return (
    <nav aria-label={t("nav.bar")} className={classes["bar"]}>
      {ROOMS.filter(({ phone }) => phone).map(({ to, label, icon: Icon }) => (
        <Link key={to} to={to} className={classes["barItem"] ?? ""}>
          <span className={classes["barIcon"]}>
            <Icon size={20} aria-hidden />
            {to === "/inbox" && <UnreadBadge />}
          </span>
          {t(label)}
        </Link>
      ))}
    </nav>
  );
}
