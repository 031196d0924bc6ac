/** What is to be done: overdue, today, later; ticked off in one tap. */
import { Button, Group, Paper, SegmentedControl, Stack, Switch, Text, Title } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type Command, useCommands } from "~/palette/commands";
import { Asked } from "~/states/Asked";
import { Empty } from "~/states/Empty";
import { Loading } from "~/states/Loading";
import { ShowMore } from "~/states/ShowMore";
import { NewTask } from "./NewTask";
import { taskPages, WHEN, type When } from "./queries";
import { TaskRow } from "./TaskRow";

export function TasksPage() {
  const { t } = useTranslation("tasks");
  const search = useSearch({ from: "/tasks" });
  const navigate = useNavigate({ from: "/tasks" });
  const set = useCallback(
    (some: Partial<typeof search>) =>
      void navigate({ search: (now) => ({ ...now, ...some }), replace: true }),
    [navigate],
  );
  const commands = useMemo<Command[]>(
    () => [{ id: "tasks.new", group: t("title"), label: t("new"), keys: "n", run: () => set({ new: true }) }],
    [t, set],
  );
  useCommands(commands);
  const mine = !search.everybody;
  return (
    <Stack gap="md" maw={860}>
      <Group justify="space-between">
        <Title order={1} size="h2">
          {t("title")}
        </Title>
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => set({ new: true })}>
          {t("new")}
        </Button>
      </Group>
      <Group justify="space-between">
        <SegmentedControl
          aria-label={t("whose")}
          value={mine ? "mine" : "everybody"}
          onChange={(next) => set({ everybody: next === "everybody" || undefined })}
          data={[
            { value: "mine", label: t("mine") },
            { value: "everybody", label: t("everybody") },
          ]}
        />
        <Switch
          label={t("showDone")}
          checked={search.done ?? false}
          onChange={(event) => set({ done: event.currentTarget.checked || undefined })}
        />
      </Group>
      {search.done ? (
        <Some title={t("done")} wanted={{ status: "done", mine }} showsName={!mine} />
      ) : (
        <Open mine={mine} />
      )}
      <NewTask opened={search.new ?? false} onClose={() => set({ new: undefined })} />
    </Stack>
  );
}

/** Three lists that are empty together say so once. */
function Open({ mine }: { mine: boolean }) {
  const { t } = useTranslation("tasks");
  const overdue = useInfiniteQuery(taskPages({ when: "overdue", mine }));
  const today = useInfiniteQuery(taskPages({ when: "today", mine }));
  const upcoming = useInfiniteQuery(taskPages({ when: "upcoming", mine }));
  const lists = [overdue, today, upcoming];
  if (lists.some(({ isPending }) => isPending)) return <Loading />; // one after another they would push each other down
  if (lists.every(({ data }) => data?.pages[0]?.items.length === 0))
    return <Empty title={t("none.title")} text={t("none.text")} />;
  return WHEN.map((when: When) => (
    <Some
      key={when}
      title={t(`when.${when}`)}
      wanted={{ when, mine }}
      showsName={!mine}
      late={when === "overdue"}
    />
  ));
}

interface SomeProps {
  title: string;
  wanted: Parameters<typeof taskPages>[0];
  showsName: boolean;
  late?: boolean;
}

function Some({ title, wanted, showsName, late = false }: SomeProps) {
  const { t } = useTranslation("tasks");
  const pages = useInfiniteQuery(taskPages(wanted));
  const items = pages.data?.pages.flatMap((page) => page.items) ?? [];
  if (pages.data && items.length === 0 && !wanted.status) return null;
  return (
    <Paper withBorder p="md" component="section" aria-label={title}>
      <Group gap="xs" mb={4}>
        <Title order={2} size="h5" c={late ? "red" : ""}>
          {title}
        </Title>
        <Text size="sm" c="dimmed">
          {items.length > 0 && `${items.length}${pages.hasNextPage ? "+" : ""}`}
        </Text>
      </Group>
      <Asked query={pages}>
        {() =>
          items.length === 0 ? (
            <Text size="sm" c="dimmed">
              {t("noneDone")}
            </Text>
          ) : (
            <Stack component="ul" gap={0} p={0} m={0}>
              {items.map((task) => (
                <TaskRow key={task.id} task={task} showsName={showsName} />
              ))}
            </Stack>
          )
        }
      </Asked>
      <ShowMore pages={pages} />
    </Paper>
  );
}
