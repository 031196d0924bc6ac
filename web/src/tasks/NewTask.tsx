/** Something to do, by whom, until when, again when, for which customer. */
import { Button, Group, Modal, Select, Stack, TextInput } from "@mantine/core";
import { DateInput } from "@mantine/dates";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { customersNamed } from "~/customers/queries";
import { PersonSelect } from "~/people/PersonSelect";
import { myself } from "~/people/queries";
import { dayIn, RECURRENCES, type Recurrence } from "./days";
import { useCreateTask } from "./queries";

export function NewTask({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation("tasks");
  return (
    <Modal opened={opened} onClose={onClose} title={t("new")} closeButtonProps={{ "aria-label": t("close") }}>
      {opened && <NewTaskForm onDone={onClose} />}
    </Modal>
  );
}

function NewTaskForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation("tasks");
  const me = useQuery(myself).data;
  const create = useCreateTask();
  const [title, name] = useState("");
  const [due, setDue] = useState(dayIn(0));
  const [again, repeat] = useState<Recurrence>("never");
  const [assignee, assign] = useState<string | null | undefined>(undefined);
  const [customer, choose] = useState<string | null>(null);
  const who = assignee === undefined ? me?.id : assignee;
  const send = (event: FormEvent) => {
    event.preventDefault();
    const recurrence = RECURRENCES[again];
    const about = { ...(who && { assignee_id: who }), ...(customer && { customer_id: customer }) };
    create.mutate(
      { title: title.trim(), due, ...about, ...(recurrence && { recurrence }) },
      { onSuccess: onDone },
    );
  };
  return (
    <form onSubmit={send}>
      <Stack gap="sm">
        <TextInput
          label={t("field.title")}
          required
          data-autofocus
          maxLength={200}
          value={title}
          onChange={(event) => name(event.currentTarget.value)}
        />
        <Group grow>
          <DateInput
            label={t("field.due")}
            value={due}
            onChange={(day) => day && setDue(day)}
            valueFormat="YYYY-MM-DD"
          />
          <Select
            label={t("field.again")}
            value={again}
            allowDeselect={false}
            onChange={(next) => repeat(next as Recurrence)}
            data={Object.keys(RECURRENCES).map((value) => ({ value, label: t(`recurrence.${value}`) }))}
          />
        </Group>
        <PersonSelect label={t("field.assignee")} value={who ?? null} onChange={assign} clearable />
        <CustomerSelect value={customer} onChange={choose} />
        <Button type="submit" loading={create.isPending} disabled={!title.trim()}>
          {t("create")}
        </Button>
      </Stack>
    </form>
  );
}

const SETTLED_MS = 200;

function CustomerSelect({
  value,
  onChange,
}: {
  value: string | null;
  onChange: (id: string | null) => void;
}) {
  const { t } = useTranslation("tasks");
  const [text, type] = useState("");
  const [settled] = useDebouncedValue(text, SETTLED_MS);
  const found = useQuery(customersNamed(settled)).data ?? [];
  return (
    <Select
      label={t("field.customer")}
      placeholder={t("findCustomer")}
      data={found.map(({ id, name }) => ({ value: id, label: name }))}
      value={value}
      onChange={onChange}
      searchValue={text}
      onSearchChange={type}
      searchable
      clearable
      nothingFoundMessage={text.length > 1 ? t("noCustomer") : undefined}
    />
  );
}
