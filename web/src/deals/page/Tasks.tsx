/** What is to be done for a deal: ticked off, put off or taken back where it stands; a new one in one line. */
import { ActionIcon, Button, Checkbox, Group, Menu, Text } from "@mantine/core";
import { IconDots, IconPlus } from "@tabler/icons-react";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { got, pipeline } from "~/api/client";
import type { Pipeline } from "~/api/record";
import { useFormat } from "~/i18n/useFormat";
import { Asked } from "~/states/Asked";
import type { Deal } from "../queries";
import { AddTask } from "./AddTask";
import classes from "./DealPage.module.css";
import { Section } from "./Section";
import { useTaskChange } from "./useTaskChange";

export type Task = Pipeline["TaskView"];

const tasksOf = (deal: string) =>
  queryOptions({
    queryKey: ["tasks", "of-deal", deal],
    queryFn: () => got(pipeline.GET("/api/v1/tasks", { params: { query: { deal, limit: 100 } } })),
  });

export function Tasks({ deal }: { deal: Deal }) {
  const { t } = useTranslation("deals");
  const [adding, add] = useState(false);
  const query = useQuery(tasksOf(deal.id));
  const actions = (
    <Button
      id="add-task"
      size="compact-sm"
      variant="subtle"
      mih={36}
      leftSection={<IconPlus size={16} aria-hidden />}
      onClick={() => add(true)}
    >
      {t("tasks.add")}
    </Button>
  );
  return (
    <Section title={t("tasks.title")} actions={actions}>
      {adding && <AddTask deal={deal} onDone={() => add(false)} />}
      <Asked query={query}>
        {({ items }) => (
          <div>
            {items.length === 0 && (
              <Text size="sm" c="dimmed">
                {t("tasks.empty")}
              </Text>
            )}
            {items.toSorted(openFirst).map((task) => (
              <TaskRow key={task.id} task={task} />
            ))}
          </div>
        )}
      </Asked>
    </Section>
  );
}

const openFirst = (one: Task, other: Task) => Number(one.status !== "open") - Number(other.status !== "open");

function TaskRow({ task }: { task: Task }) {
  const { t } = useTranslation("deals");
  const format = useFormat();
  const change = useTaskChange();
  const open = task.status === "open";
  const told = [
    open ? t("tasks.due", { day: format.date(task.due) }) : t(`tasks.status.${task.status}`),
    task.assignee_name,
    task.recurrence && t("tasks.recurs"),
    task.outcome,
  ].filter(Boolean);
  return (
    <div className={classes["option"]}>
      <Group gap="sm" wrap="nowrap" miw={0}>
        <Checkbox
          checked={task.status === "done"}
          disabled={task.status === "cancelled"}
          aria-label={t("tasks.done", { task: task.title })}
          onChange={() => void change(task, open ? "complete" : "reopen")}
        />
        <div>
          <Text size="sm" td={open ? "none" : "line-through"}>
            {task.title}
          </Text>
          <Text size="xs" c={open && task.overdue ? "var(--mantine-color-error)" : "dimmed"}>
            {told.join(" · ")}
          </Text>
        </div>
      </Group>
      {open && (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={44}
              aria-label={t("tasks.moreOf", { task: task.title })}
            >
              <IconDots size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => void change(task, "tomorrow")}>{t("tasks.tomorrow")}</Menu.Item>
            <Menu.Item onClick={() => void change(task, "nextWeek")}>{t("tasks.nextWeek")}</Menu.Item>
            <Menu.Item onClick={() => void change(task, "cancel")}>{t("tasks.cancel")}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </div>
  );
}
