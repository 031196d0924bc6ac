/** Changing one field of a deal in place: shown at once, merged with what others changed, asked about where both did. */
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { type FieldConflict, merged } from "~/api/conflict";
import { type Change, useChange, withRecord } from "~/api/optimistic";
import { Problem } from "~/api/problem";
import { type Money, useFormat } from "~/i18n/useFormat";
import { usePeopleNames } from "~/people/queries";
import { ConflictBar } from "~/states/ConflictBar";
import { useRefused } from "~/states/useRefused";
import { rememberCurrency } from "../fields/useCurrency";
import { type Field, type Values, type Written, writeField } from "../fields/values";
import { type Deal, dealQuery } from "../queries";

export type Edit = <F extends Field>(field: F, value: Values[F]) => Promise<void>;

interface EditWish {
  deal: Deal;
  field: Field;
  value: Values[Field];
}

const edited: Change<EditWish, Written> = {
  thing: "deal",
  id: ({ deal }) => deal.id,
  version: ({ deal }) => deal.version,
  roots: ["deals"],
  alsoStale: ["board"],
  show: (data, { deal, field, value }) =>
    withRecord<Deal>(data, deal.id, (record) => ({ ...record, [field]: value })),
  write: ({ deal, field, value }, version) => writeField(deal.id, field, value, version),
};

export function useDealEdit(deal: Deal): { edit: Edit; conflict: ReactNode } {
  const client = useQueryClient();
  const change = useChange(edited);
  const refused = useRefused();
  const [conflicts, setConflicts] = useState<FieldConflict[]>([]);
  const write = useCallback(
    async (base: Deal, field: Field, value: Values[Field]): Promise<void> => {
      try {
        await change({ deal: base, field, value });
        if (field === "amount") rememberCurrency((value as Values["amount"])?.currency);
      } catch (fault) {
        if (!(fault instanceof Problem && fault.isConflict)) return refused(fault);
        const theirs = await client.fetchQuery({ ...dealQuery(base.id), staleTime: 0 });
        const found = merged({ ...base }, { [field]: value }, { ...theirs });
        if (field in found.mine) return write(theirs, field, value);
        setConflicts(found.conflicts);
      }
    },
    [change, client, refused],
  );
  const edit: Edit = useCallback((field, value) => write(deal, field, value), [write, deal]);
  const chosen = (mine: Record<string, unknown>) => {
    setConflicts([]);
    for (const [field, value] of Object.entries(mine))
      void write(deal, field as Field, value as Values[Field]);
  };
  const conflict = conflicts.length > 0 && (
    <EditConflict conflicts={conflicts} onChosen={chosen} onCancel={() => setConflicts([])} />
  );
  return { edit, conflict };
}

interface EditConflictProps {
  conflicts: readonly FieldConflict[];
  onChosen: (mine: Record<string, unknown>) => void;
  onCancel: () => void;
}

function EditConflict(props: EditConflictProps) {
  const { t } = useTranslation("deals");
  const shown = useShown();
  return <ConflictBar {...props} nameOf={(field) => t(`field.${field}`)} shown={shown} />;
}

/** A field's value as people read it. */
export function useShown(): (field: string, value: unknown) => string {
  const { t } = useTranslation("deals");
  const format = useFormat();
  const nameOf = usePeopleNames();
  const tellers: Readonly<Record<string, (value: unknown) => string>> = {
    amount: (value) => format.money(value as Money),
    expected_close: (value) => format.date(String(value)),
    owner_id: (value) => nameOf(String(value)) ?? t("somebody"),
    probability: (value) => format.percent(Number(value) / 100, 0),
    forecast_category: (value) => t(`forecast.${String(value)}`),
    lines: (value) => t("lines.count", { count: (value as unknown[]).length }),
  };
  return (field, value) => {
    if (value === null || value === undefined || value === "") return t("nothing");
    return tellers[field]?.(value) ?? String(value);
  };
}
