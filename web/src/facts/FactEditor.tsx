/** The box in which one field is corrected: Enter saves, Escape leaves it as it was. */
import { ActionIcon, Group, Select, Textarea, TextInput } from "@mantine/core";
import { IconCheck, IconX } from "@tabler/icons-react";
import { type KeyboardEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "~/api/problem";
import { useReason } from "~/states/useReason";
import { type Field, type MoneyValue, typedOf, written } from "./field";

const CURRENCIES = ["CNY", "USD", "EUR", "GBP", "JPY", "HKD"];

interface FactEditorProps {
  field: Field;
  value: unknown;
  onSave: (value: unknown) => Promise<unknown>;
  onDone: () => void;
}

export function FactEditor({ field, value, onSave, onDone }: FactEditorProps) {
  const { t } = useTranslation("facts");
  const reason = useReason();
  const [typed, type] = useState(typedOf(value));
  const [currency, setCurrency] = useState((value as MoneyValue | null)?.currency ?? "CNY");
  const [error, fail] = useState<string | null>(null);
  const [waiting, wait] = useState(false);
  const save = async (text: string) => {
    if (field.required && !text.trim()) return fail(t("required"));
    wait(true);
    try {
      await onSave(written(field, text, currency));
      onDone();
    } catch (fault) {
      fail(why(fault, field.name, reason(fault)));
      wait(false);
    }
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key === "Escape") onDone();
    if (event.key === "Enter" && (field.kind !== "long" || event.ctrlKey || event.metaKey)) void save(typed);
  };
  return (
    <Group gap={4} wrap="nowrap" align="flex-start" py={4}>
      <Box
        field={field}
        typed={typed}
        type={type}
        keys={keys}
        error={error}
        choose={(value) => void save(value)}
      />
      {field.kind === "money" && (
        <Select
          w={96}
          data={CURRENCIES}
          value={currency}
          aria-label={t("currency")}
          allowDeselect={false}
          onChange={(next) => setCurrency(next ?? currency)}
        />
      )}
      {field.kind !== "choice" && (
        <ActionIcon
          size={36}
          variant="light"
          loading={waiting}
          onClick={() => void save(typed)}
          aria-label={t("save")}
        >
          <IconCheck size={18} />
        </ActionIcon>
      )}
      <ActionIcon size={36} variant="subtle" color="gray" onClick={onDone} aria-label={t("leave")}>
        <IconX size={18} />
      </ActionIcon>
    </Group>
  );
}

function why(fault: unknown, name: string, otherwise: string): string {
  const errors = fault instanceof Problem ? fault.errors : [];
  return errors.find(({ pointer }) => pointer === `/${name}`)?.detail ?? otherwise;
}

interface BoxProps {
  field: Field;
  typed: string;
  type: (text: string) => void;
  keys: (event: KeyboardEvent) => void;
  error: string | null;
  choose: (value: string) => void;
}

function Box({ field, typed, type, keys, error, choose }: BoxProps) {
  const shared = { label: field.label, error, flex: 1, "data-autofocus": true, autoFocus: true } as const;
  if (field.kind === "choice")
    return (
      <Select
        {...shared}
        data={[...(field.options ?? [])]}
        value={typed || null}
        clearable={!field.required}
        searchable
        defaultDropdownOpened
        onKeyDown={(event) => event.key === "Escape" && keys(event)}
        onChange={(next) => choose(next ?? "")}
      />
    );
  if (field.kind === "long")
    return (
      <Textarea
        {...shared}
        value={typed}
        autosize
        onKeyDown={keys}
        onChange={(event) => type(event.currentTarget.value)}
      />
    );
  const mode = field.kind === "text" ? (field.mode ?? "text") : "decimal";
  return (
    <TextInput
      {...shared}
      value={typed}
      inputMode={mode}
      onKeyDown={keys}
      onChange={(event) => type(event.currentTarget.value)}
    />
  );
}
