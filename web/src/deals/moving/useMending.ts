/** Fills in what a move lacks, field by field and tick by tick, each as the deal was seen, and then goes. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { got, pipeline, seen } from "~/api/client";
import type { Draft } from "../fields/FieldInput";
import { rememberCurrency } from "../fields/useCurrency";
import { type Field, type Values, writeField } from "../fields/values";
import type { Deal, MoveOption } from "../queries";
import type { Movable, Step } from "./stepping";

export function useMending(
  deal: Deal,
  step: Step,
  option: MoveOption,
  onMended: (deal: Movable, step: Step) => Promise<void>,
) {
  const client = useQueryClient();
  const [values, setValues] = useState<Draft>({ amount: deal.amount });
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [override, setOverride] = useState("");
  const [fault, setFault] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const filled = changes(deal, values);
  const ready =
    override.trim() !== "" ||
    (option.missing.every((field) => filled.some(([name]) => name === field)) &&
      option.undone.every(({ key }) => ticked.has(key)));

  async function written(): Promise<Movable> {
    let { version } = deal;
    for (const [field, value] of filled) ({ version } = await writeField(deal.id, field, value, { version }));
    for (const item of ticked) ({ version } = await tickItem(deal, item, version));
    return { ...deal, version };
  }

  async function go(): Promise<void> {
    setBusy(true);
    setFault(null);
    try {
      const now = await written();
      rememberCurrency(values.amount?.currency);
      await onMended(now, override.trim() ? { ...step, override: override.trim() } : step);
    } catch (refusal) {
      setFault(refusal);
    } finally {
      setBusy(false);
      await client.invalidateQueries({ queryKey: ["deals", deal.id] });
    }
  }

  return {
    values,
    fill: (more: Draft) => setValues((before) => ({ ...before, ...more })),
    ticked,
    tick: (key: string, done: boolean) => setTicked((before) => withKey(before, key, done)),
    override,
    setOverride,
    ready,
    busy,
    fault,
    go,
  };
}

function withKey(keys: ReadonlySet<string>, key: string, there: boolean): ReadonlySet<string> {
  const changed = new Set(keys);
  if (there) changed.add(key);
  else changed.delete(key);
  return changed;
}

/** What has been filled in and differs from the deal; an amount without digits is none. */
function changes(deal: Deal, values: Draft): [Field, Values[Field]][] {
  const entries = Object.entries(values) as [Field, Values[Field]][];
  return entries.filter(
    ([field, value]) => !isEmpty(value) && JSON.stringify(value) !== JSON.stringify(before(deal, field)),
  );
}

const before = (deal: Deal, field: Field): unknown => deal[field];

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && "amount" in value && value.amount === "";
}

const tickItem = (deal: Deal, item: string, version: number) =>
  got(
    pipeline.POST("/api/v1/deals/{deal_id}/tick", {
      params: { path: { deal_id: deal.id }, header: seen({ version }) },
      body: { stage: deal.stage.key, item, done: true },
    }),
  );
