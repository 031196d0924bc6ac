/** What an automation does: a task, a field set, an owner chosen, somebody told. */
import { Checkbox, Group, NumberInput, Select, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Automation } from "./drawing";
import { teams } from "./queries";
import { FORECASTS, SETTABLE } from "./vocabulary";

type Action = Automation["action"];
type Of<Kind extends Action["kind"]> = Extract<Action, { kind: Kind }>;

interface FormProps<Each extends Action> {
  action: Each;
  onChange: (action: Each, typing?: string) => void;
}

export function emptyAction(kind: Action["kind"], text: string): Action {
  switch (kind) {
    case "create_task":
      return { kind, title: text, due_in_days: 3, assignee_id: null };
    case "set_field":
      return { kind, field: "forecast_category", value: "commit" };
    case "assign":
      return { kind, how: "round_robin", people: [], team_id: null };
    case "notify":
      return { kind, text, owner: true, team: false, people: [] };
  }
}

export function ActionForm({ action, onChange }: FormProps<Action>) {
  switch (action.kind) {
    case "create_task":
      return <TaskForm action={action} onChange={onChange} />;
    case "set_field":
      return <FieldForm action={action} onChange={onChange} />;
    case "assign":
      return <AssignForm action={action} onChange={onChange} />;
    case "notify":
      return <NotifyForm action={action} onChange={onChange} />;
  }
}

function TaskForm({ action, onChange }: FormProps<Of<"create_task">>) {
  const { t } = useTranslation("drawing");
  return (
    <Group gap="xs" wrap="nowrap" align="flex-end">
      <TextInput
        flex={1}
        label={t("task")}
        value={action.title}
        maxLength={200}
        onChange={(event) => onChange({ ...action, title: event.currentTarget.value }, "title")}
      />
      <NumberInput
        w={110}
        label={t("due")}
        value={action.due_in_days}
        min={0}
        max={3650}
        allowDecimal={false}
        onChange={(value) => onChange({ ...action, due_in_days: Number(value) || 0 }, "due")}
      />
    </Group>
  );
}

function FieldForm({ action, onChange }: FormProps<Of<"set_field">>) {
  const { t } = useTranslation("drawing");
  const isForecast = action.field === "forecast_category";
  return (
    <Group gap="xs" wrap="nowrap" align="flex-end">
      <Select
        flex={1}
        label={t("fieldToSet")}
        value={action.field}
        allowDeselect={false}
        data={SETTABLE.map((value) => ({ value, label: t(`field.${value}`) }))}
        onChange={(field) => onChange({ ...action, field: field ?? "source", value: null })}
      />
      {isForecast ? (
        <Select
          flex={1}
          label={t("value")}
          value={action.value}
          data={FORECASTS.map((value) => ({ value, label: t(`forecasts.${value}`) }))}
          onChange={(value) => onChange({ ...action, value })}
        />
      ) : (
        <TextInput
          flex={1}
          label={t("value")}
          value={action.value ?? ""}
          maxLength={200}
          onChange={(event) => onChange({ ...action, value: event.currentTarget.value || null }, "value")}
        />
      )}
    </Group>
  );
}

function AssignForm({ action, onChange }: FormProps<Of<"assign">>) {
  const { t } = useTranslation("drawing");
  const all = useQuery(teams).data ?? [];
  return (
    <Group gap="xs" grow>
      <Select
        label={t("how")}
        value={action.how}
        allowDeselect={false}
        data={(["round_robin", "least_load"] as const).map((value) => ({ value, label: t(`hows.${value}`) }))}
        onChange={(how) => onChange({ ...action, how: how === "least_load" ? how : "round_robin" })}
      />
      <Select
        label={t("ofTeam")}
        value={action.team_id}
        data={all.map(({ id, name }) => ({ value: id, label: name }))}
        onChange={(team_id) => onChange({ ...action, team_id })}
      />
    </Group>
  );
}

function NotifyForm({ action, onChange }: FormProps<Of<"notify">>) {
  const { t } = useTranslation("drawing");
  return (
    <>
      <Textarea
        label={t("message")}
        value={action.text}
        autosize
        maxLength={2000}
        onChange={(event) => onChange({ ...action, text: event.currentTarget.value }, "text")}
      />
      <Group>
        <Checkbox
          label={t("tellOwner")}
          checked={action.owner}
          onChange={(event) => onChange({ ...action, owner: event.currentTarget.checked })}
        />
        <Checkbox
          label={t("tellTeam")}
          checked={action.team}
          onChange={(event) => onChange({ ...action, team: event.currentTarget.checked })}
        />
      </Group>
    </>
  );
}
