/** Choose the company that a customer belongs to, or none. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { CustomerSelect } from "~/deals/fields/CustomerSelect";
import { useReason } from "~/states/useReason";

interface ParentChoiceProps {
  chosen: string | null;
  /** The name of the one that is chosen. */
  name: string | undefined;
  /** Rejects with the Problem of a refusal. */
  save: (parent: string | null) => Promise<void>;
  onDone: () => void;
}

export function ParentChoice({ chosen, name, save, onDone }: ParentChoiceProps) {
  const { t } = useTranslation("customers");
  const reason = useReason();
  const [error, fail] = useState("");
  return (
    <CustomerSelect
      mb="xs"
      label={t("field.parent_id")}
      placeholder={t("family.none")}
      autoFocus
      error={error}
      value={chosen}
      name={name ?? null}
      onChange={(parent) => void save(parent).then(onDone, (fault: unknown) => fail(reason(fault)))}
      onKeyDown={(event) => event.key === "Escape" && onDone()}
    />
  );
}
