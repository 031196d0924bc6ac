/** One notification: what happened, who did it, when; opening it marks it as read. */
import { ActionIcon, Group, Stack, Text, Tooltip } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/useFormat";
import classes from "./NotificationRow.module.css";
import { placeOf } from "./placeOf";
import type { Notification } from "./queries";

interface NotificationRowProps {
  notification: Notification;
  onRead: () => void;
}

export function NotificationRow({ notification, onRead }: NotificationRowProps) {
  const { t } = useTranslation("inbox");
  const format = useFormat();
  const { actor, occurred_at, read, rule_name, text } = notification;
  return (
    <Group component="li" className={classes["row"] ?? ""} data-unread={!read || undefined} wrap="nowrap">
      <Stack gap={2} flex={1} miw={0}>
        <Sentence notification={notification} onRead={onRead}>
          {text}
        </Sentence>
        <Text size="xs" c="dimmed">
          {actor.name ?? actor.subject} · <time dateTime={occurred_at}>{format.relative(occurred_at)}</time> ·{" "}
          {t("because", { rule: rule_name })}
        </Text>
      </Stack>
      {!read && (
        <Tooltip label={t("markRead")}>
          <ActionIcon variant="subtle" size={44} onClick={onRead} aria-label={t("markReadOf", { text })}>
            <IconCheck size={18} />
          </ActionIcon>
        </Tooltip>
      )}
    </Group>
  );
}

function Sentence({ notification, onRead, children }: NotificationRowProps & { children: string }) {
  const place = placeOf(notification);
  const weight = notification.read ? 400 : 600;
  if (!place) return <Text fw={weight}>{children}</Text>;
  const open = () => {
    if (!notification.read) onRead();
  };
  return (
    <Text component={Link} to={place} fw={weight} onClick={open} className={classes["sentence"] ?? ""}>
      {children}
    </Text>
  );
}
