/** One's notifications, the newest first: read them, open what they are about, mark them as read. */
import { Anchor, Button, Group, Stack, Switch, Title } from "@mantine/core";
import { IconChecks } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type Command, useCommands } from "~/palette/commands";
import { Asked } from "~/states/Asked";
import { Empty } from "~/states/Empty";
import { ShowMore } from "~/states/ShowMore";
import { NotificationRow } from "./NotificationRow";
import { inboxPages, unreadCount, useMarkRead } from "./queries";

export function InboxPage() {
  const { t } = useTranslation("inbox");
  const { unread: unreadOnly = false } = useSearch({ from: "/inbox" });
  const navigate = useNavigate({ from: "/inbox" });
  const pages = useInfiniteQuery(inboxPages(unreadOnly));
  const unread = useQuery(unreadCount).data?.unread ?? 0;
  const mark = useMarkRead();
  useInboxCommands(
    () => mark.mutate("all"),
    () => void navigate({ search: { unread: !unreadOnly } }),
  );
  return (
    <Stack maw={820}>
      <Group justify="space-between">
        <Title order={1} size="h2">
          {t("title")}
        </Title>
        <Group>
          <Anchor component={Link} to="/inbox/rules">
            {t("rules")}
          </Anchor>
          <Switch
            label={t("unreadOnly")}
            checked={unreadOnly}
            onChange={(event) => void navigate({ search: { unread: event.currentTarget.checked } })}
          />
          <Button
            variant="light"
            leftSection={<IconChecks size={16} aria-hidden />}
            disabled={unread === 0}
            loading={mark.isPending}
            onClick={() => mark.mutate("all")}
          >
            {t("markAll")}
          </Button>
        </Group>
      </Group>
      <Asked query={pages}>
        {({ pages: shown }) => {
          const items = shown.flatMap((page) => page.items);
          if (items.length === 0) return <Empty title={t("empty.title")} text={t("empty.text")} />;
          return (
            <Stack gap={0} component="ul" p={0} m={0}>
              {items.map((each) => (
                <NotificationRow key={each.id} notification={each} onRead={() => mark.mutate([each.id])} />
              ))}
            </Stack>
          );
        }}
      </Asked>
      <ShowMore pages={pages} />
    </Stack>
  );
}

function useInboxCommands(markAll: () => void, switchUnread: () => void): void {
  const { t } = useTranslation("inbox");
  const commands = useMemo<Command[]>(
    () => [
      { id: "inbox.mark-all", group: t("title"), label: t("markAll"), keys: "m a", run: markAll },
      { id: "inbox.unread", group: t("title"), label: t("switchUnread"), keys: "u", run: switchUnread },
    ],
    [t, markAll, switchUnread],
  );
  useCommands(commands);
}
