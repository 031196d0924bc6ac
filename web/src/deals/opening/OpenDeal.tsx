/** A new deal: what its first stage requires, no more; opened where the reader is. */
import { Alert, Button, Group, Modal, Stack } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { got, pipeline } from "~/api/client";
import { Problem } from "~/api/problem";
import type { Pipeline } from "~/api/record";
import { useReason } from "~/states/useReason";
import { type Draft, FieldInput } from "../fields/FieldInput";
import { rememberCurrency } from "../fields/useCurrency";
import { bodyOf, type Field, REQUIRABLE } from "../fields/values";
import { type Process, versionQuery } from "../queries";

interface OpenDealProps {
  process: Process;
  /** Where it begins; left out, the first stage of the process. */
  stage?: string | undefined;
  onOpened: (id: string) => void;
  onClose: () => void;
}

const ALWAYS: readonly Field[] = ["name", "customer_id", "amount", "expected_close"];

export function OpenDeal({ process, stage: wanted, onOpened, onClose }: OpenDealProps) {
  const { t } = useTranslation("deals");
  const stages = useQuery(versionQuery(process.id, process.latest ?? 1)).data?.stages ?? [];
  const stage = stages.find(({ key }) => key === wanted) ?? stages[0];
  const title = stage ? t("opening.titleIn", { stage: stage.name }) : t("opening.title");
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ "aria-label": t("close") }}>
      {stage && (
        <OpenDealForm process={process} stage={stage} onOpened={onOpened} onClose={onClose} key={stage.key} />
      )}
    </Modal>
  );
}

interface FormProps extends Omit<OpenDealProps, "stage"> {
  stage: Pipeline["DrawnStageView"];
}

function OpenDealForm({ process, stage, onOpened, onClose }: FormProps) {
  const { t } = useTranslation("deals");
  const reason = useReason();
  const opening = useOpening(process, stage.key, onOpened);
  const required = REQUIRABLE.filter((field) => stage.required.includes(field) && field !== "owner_id");
  const fields = [...ALWAYS, ...required.filter((field) => !ALWAYS.includes(field))];
  const needed = (field: Field) => field === "name" || stage.required.includes(field);
  return (
    <form onSubmit={opening.submit}>
      <Stack>
        {fields.map((field) => (
          <FieldInput
            key={field}
            field={field}
            values={opening.values}
            onChange={opening.fill}
            required={needed(field)}
            error={opening.faultOf(field)}
            autoFocus={field === "name"}
          />
        ))}
        {opening.fault !== null && (
          <Alert color="red" role="alert">
            {reason(opening.fault)}
          </Alert>
        )}
        <Group justify="end">
          <Button variant="subtle" color="gray" onClick={onClose}>
            {t("cancel")}
          </Button>
          <Button type="submit" loading={opening.busy} disabled={!opening.values.name?.trim()}>
            {t("opening.open")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function useOpening(process: Process, stage: string, onOpened: (id: string) => void) {
  const client = useQueryClient();
  const [values, setValues] = useState<Draft>({});
  const [fault, setFault] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setFault(null);
    try {
      const { id } = await got(pipeline.POST("/api/v1/deals", { body: bodyFor(process.id, stage, values) }));
      rememberCurrency(values.amount?.currency);
      await Promise.all(["board", "deals"].map((root) => client.invalidateQueries({ queryKey: [root] })));
      onOpened(id);
    } catch (refusal) {
      setFault(refusal);
      setBusy(false);
    }
  }
  const faultOf = (field: Field) =>
    fault instanceof Problem
      ? fault.errors.find(({ pointer }) => pointer?.startsWith(`/${field}`))?.detail
      : undefined;
  const fill = (more: Draft) => setValues((before) => ({ ...before, ...more }));
  return { values, fill, fault, faultOf, busy, submit };
}

function bodyFor(process_id: string, stage: string, values: Draft): Pipeline["OpenDeal"] {
  const { name, amount, lines, customer_id, expected_close, source, region } = values;
  return {
    name: name?.trim() ?? "",
    process_id,
    stage,
    ...(amount?.amount && { amount }),
    ...(lines && { lines: lines.map(bodyOf) }),
    ...(customer_id && { customer_id }),
    ...(expected_close && { expected_close }),
    ...(source && { source }),
    ...(region && { region }),
  };
}
