/** What is known about a record, field by field, then what is not; pressing either lets one correct it where it stands. */
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ConflictBar } from "~/states/ConflictBar";
import { useRefused } from "~/states/useRefused";
import { FactEditor } from "./FactEditor";
import classes from "./Facts.module.css";
import type { Field } from "./field";
import type { Correction, Versioned } from "./useCorrection";

interface FactsProps<T extends Versioned> {
  record: T;
  fields: readonly Field[];
  shown: (field: string, value: unknown) => string;
  correction: Correction<T>;
  /** Archived or erased records are read only. */
  fixed?: boolean;
}

export function Facts<T extends Versioned>({
  record,
  fields,
  shown,
  correction,
  fixed = false,
}: FactsProps<T>) {
  const refused = useRefused();
  const [editing, edit] = useState<{ field: string; base: T } | null>(null);
  const labelOf = (name: string) => fields.find((field) => field.name === name)?.label ?? name;
  const textOf = (name: string) => shown(name, fieldOf(record, name));
  const begin = (field: string) => edit({ field, base: record });
  const isLine = ({ name }: Field) => fixed || editing?.field === name || textOf(name) !== "";
  return (
    <>
      {correction.conflicts.length > 0 && (
        <ConflictBar
          conflicts={correction.conflicts}
          nameOf={labelOf}
          shown={shown}
          onChosen={(chosen) => void correction.choose(chosen).catch(refused)}
          onCancel={correction.cancel}
        />
      )}
      {fields
        .filter(isLine)
        .map((field) =>
          editing?.field === field.name ? (
            <FactEditor
              key={field.name}
              field={field}
              value={fieldOf(editing.base, field.name)}
              onSave={(value) => correction.save(editing.base, { [field.name]: value })}
              onDone={() => edit(null)}
            />
          ) : (
            <Fact
              key={field.name}
              label={field.label}
              text={textOf(field.name)}
              fixed={fixed}
              onEdit={() => begin(field.name)}
            />
          ),
        )}
      <Lacking fields={fields.filter((field) => !isLine(field))} onAdd={begin} />
    </>
  );
}

const fieldOf = (record: object, field: string): unknown => (record as Record<string, unknown>)[field];

interface FactProps {
  label: string;
  text: string;
  fixed: boolean;
  onEdit: () => void;
}

function Fact({ label, text, fixed, onEdit }: FactProps) {
  const { t } = useTranslation("facts");
  return (
    <div className={classes["fact"]}>
      <span className={classes["label"]}>{label}</span>
      {fixed ? (
        <span className={classes["fixed"]}>{text || "—"}</span>
      ) : (
        <button
          type="button"
          className={classes["value"]}
          onClick={onEdit}
          aria-label={t("edit", { field: label, value: text })}
        >
          {text}
        </button>
      )}
    </div>
  );
}

interface LackingProps {
  fields: readonly Field[];
  onAdd: (field: string) => void;
}

/** What nobody has said yet, in as little room as its names need. */
function Lacking({ fields, onAdd }: LackingProps) {
  const { t } = useTranslation("facts");
  if (fields.length === 0) return null;
  return (
    <div className={classes["lacking"]}>
      {fields.map(({ name, label }) => (
        <button
          key={name}
          type="button"
          className={classes["add"]}
          onClick={() => onAdd(name)}
          aria-label={t("add", { field: label })}
        >
          <IconPlus size={14} aria-hidden />
          {label}
        </button>
      ))}
    </div>
  );
}
