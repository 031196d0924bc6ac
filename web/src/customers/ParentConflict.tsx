/** Somebody else chose another parent meanwhile: both by their names, and one choice. */
import { useQueries } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Correction } from "~/facts/useCorrection";
import { ConflictBar } from "~/states/ConflictBar";
import { useRefused } from "~/states/useRefused";
import { type CustomerRecord, oneCustomer } from "./queries";

export function ParentConflict({ correcting }: { correcting: Correction<CustomerRecord> }) {
  const { t } = useTranslation("customers");
  const refused = useRefused();
  const { conflicts, choose, cancel } = correcting;
  const ids = conflicts.flatMap(({ base, mine, theirs }) => [base, mine, theirs]);
  const known = useQueries({ queries: [...new Set(ids)].filter(isId).map(oneCustomer) });
  const names = new Map(known.map(({ data }) => [data?.id, data?.name]));
  if (conflicts.length === 0) return null;
  return (
    <ConflictBar
      conflicts={conflicts}
      nameOf={() => t("field.parent_id")}
      shown={(_field, id) => (isId(id) ? (names.get(id) ?? "…") : t("family.none"))}
      onChosen={(chosen) => void choose(chosen).catch(refused)}
      onCancel={cancel}
    />
  );
}

const isId = (id: unknown): id is string => typeof id === "string";
