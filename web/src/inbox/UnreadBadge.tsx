/** How many notifications are unread, live; nothing where there are none. */
import { Badge } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { unreadCount } from "./queries";

const MOST_SHOWN = 99;

export function UnreadBadge() {
  const { t } = useTranslation("inbox");
  const unread = useQuery(unreadCount).data?.unread ?? 0;
  if (unread === 0) return null;
  return (
    <Badge size="sm" circle={unread < 10} aria-label={t("unread", { count: unread })}>
      {unread > MOST_SHOWN ? `${MOST_SHOWN}+` : unread}
    </Badge>
  );
}
