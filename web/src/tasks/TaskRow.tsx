/** One task: done in one tap, put off to another day in two; says for which deal or customer it is. */
import { ActionIcon, Anchor, Badge, Checkbox, Group, Menu, Text } from "@mantine/core";
import { IconCalendar, IconRepeat, IconX } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useChange } from "~/api/optimistic";
import { useFormat } from "~/i18n/useFormat";
import { useRefused } from "~/states/useRefused";
import { dayIn, recurrenceOf } from "./days";
import { rescheduling, type Task, ticking, useCancelTask } from "./queries";

const PUT_OFF = { today: 0, tomorrow: 1, week: 7, month: 30 } as const;

export function TaskRow({ task, showsName }: { task: Task; showsName: boolean }) {
  const { t } = useTranslation("tasks");
  const format = useFormat();
  const tick = useChange(ticking);
  const refused = useRefused();
  return (
    <Group component="li" wrap="nowrap" gap="sm" mih={52} style={{ listStyle: "none" }}>
      <Checkbox
        size="md"
        p={10}
        checked={task.status === "done"}
        onChange={() => void tick(task).catch(refused)}
        aria-label={t("tick", { title: task.title })}
      />
      <div style={{ flex: 1, minWidth: 0 }}>
        <Text size="sm" fw={500} td={task.status === "done" ? "line-through" : undefined}>
          {task.title}
        </Text>
        <Group gap="xs">
          <For task={task} />
          {showsName && task.assignee_name && (
            <Text size="xs" c="dimmed">
              {task.assignee_name}
            </Text>
          )}
          {task.recurrence && <Again rule={task.recurrence} />}
        </Group>
      </div>
      <Text size="sm" c={task.overdue ? "red" : "dimmed"} style={{ whiteSpace: "nowrap" }}>
        {format.date(task.due)}
      </Text>
      {task.status === "open" && <TaskMenu task={task} />}
    </Group>
  );
}

function For({ task }: { task: Task }) {
  const target = task.deal_id
    ? `/deals/${task.deal_id}`
    : task.customer_id
      ? `/customers/${task.customer_id}`
      : null;
  const name = task.deal_id ? task.deal_name : task.customer_name;
  if (!target || !name) return null;
  return (
    <Anchor component={Link} to={target} size="xs">
      {name}
    </Anchor>
  );
}

function Again({ rule }: { rule: string }) {
  const { t } = useTranslation("tasks");
  const known = recurrenceOf(rule);
  return (
    <Badge size="sm" variant="light" color="gray" leftSection={<IconRepeat size={10} />}>
      {known ? t(`recurrence.${known}`) : t("recurrence.other")}
    </Badge>
  );
}

function TaskMenu({ task }: { task: Task }) {
  const { t } = useTranslation("tasks");
  const reschedule = useChange(rescheduling);
  const cancel = useCancelTask();
  const refused = useRefused();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={44} aria-label={t("putOff", { title: task.title })}>
          <IconCalendar size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {Object.entries(PUT_OFF).map(([name, days]) => (
          <Menu.Item key={name} onClick={() => void reschedule({ task, due: dayIn(days) }).catch(refused)}>
            {t(`to.${name}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconX size={16} />} onClick={() => cancel.mutate(task)}>
          {t("cancel")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
