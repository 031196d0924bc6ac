/** A new task for a deal: what, until when, and whether it comes again. */
import { Button, Group, Select, TextInput } from "@mantine/core";
import { DateInput } from "@mantine/dates";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { got, pipeline } from "~/api/client";
import { useRefused } from "~/states/useRefused";
import type { Deal } from "../queries";
import { inDays } from "./useTaskChange";

const AGAIN = { daily: "FREQ=DAILY", weekly: "FREQ=WEEKLY", monthly: "FREQ=MONTHLY" } as const;

export function AddTask({ deal, onDone }: { deal: Deal; onDone: () => void }) {
  const { t } = useTranslation("deals");
  const [title, name] = useState("");
  const [due, until] = useState<string | null>(inDays(1));
  const [again, recur] = useState<string | null>(null);
  const client = useQueryClient();
  const refused = useRefused();
  const create = useMutation({
    mutationFn: () => {
      const { id: deal_id, customer_id } = deal;
      const body = { title: title.trim(), due: due ?? inDays(1), deal_id, customer_id, recurrence: again };
      return got(pipeline.POST("/api/v1/tasks", { body }));
    },
    onSuccess: onDone,
    onError: refused,
    onSettled: () => client.invalidateQueries({ queryKey: ["tasks"] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (title.trim()) create.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Group align="end" gap="xs" mb="sm">
        <TextInput
          flex={1}
          miw={180}
          label={t("tasks.what")}
          autoFocus
          maxLength={200}
          value={title}
          onChange={(event) => name(event.currentTarget.value)}
        />
        <DateInput w={140} label={t("tasks.until")} valueFormat="YYYY-MM-DD" value={due} onChange={until} />
        <Select
          w={130}
          label={t("tasks.again")}
          placeholder={t("tasks.once")}
          clearable
          data={Object.entries(AGAIN).map(([often, rule]) => ({
            value: rule,
            label: t(`tasks.often.${often}`),
          }))}
          value={again}
          onChange={recur}
        />
        <Button type="submit" loading={create.isPending} disabled={!title.trim()}>
          {t("save")}
        </Button>
        <Button variant="subtle" color="gray" onClick={onDone}>
          {t("cancel")}
        </Button>
      </Group>
    </form>
  );
}
