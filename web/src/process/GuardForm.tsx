/** What must hold for a move: nothing, rows joined by and or or, or a free CEL text. */
import {
  ActionIcon,
  Button,
  Group,
  SegmentedControl,
  Select,
  Stack,
  TagsInput,
  Textarea,
  TextInput,
} from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Guard, GuardRow } from "./drawing";
import { fittingRow, GUARD_FIELDS, kindOf, operatorsOf, takesMany, takesNoValue } from "./vocabulary";

interface GuardProps {
  guard: Guard | null;
  onChange: (guard: Guard | null, typing?: string) => void;
}

type Mode = "none" | "rows" | "cel";

const FIRST_ROW: GuardRow = { field: "amount", operator: ">=", value: "10000" };
const modeOf = (guard: Guard | null): Mode => (guard === null ? "none" : guard.cel === null ? "rows" : "cel");

export function GuardForm({ guard, onChange }: GuardProps) {
  const { t } = useTranslation("drawing");
  const choose = (mode: string) => {
    if (mode === "none") onChange(null);
    else if (mode === "rows") onChange({ match: "all", rows: [FIRST_ROW], cel: null });
    else onChange({ match: "all", rows: [], cel: "deal.probability >= 50" });
  };
  return (
    <Stack gap="xs">
      <SegmentedControl
        fullWidth
        aria-label={t("guard")}
        value={modeOf(guard)}
        onChange={choose}
        data={(["none", "rows", "cel"] as const).map((value) => ({ value, label: t(`guards.${value}`) }))}
      />
      {guard && guard.cel === null && <Rows guard={guard} onChange={onChange} />}
      {guard && guard.cel !== null && (
        <Textarea
          label={t("cel")}
          description={t("celText")}
          value={guard.cel}
          autosize
          minRows={2}
          maxLength={2000}
          ff="monospace"
          onChange={(event) => onChange({ ...guard, cel: event.currentTarget.value }, "cel")}
        />
      )}
    </Stack>
  );
}

function Rows({ guard, onChange }: GuardProps & { guard: Guard }) {
  const { t } = useTranslation("drawing");
  const put = (rows: GuardRow[], typing?: string) => onChange({ ...guard, rows }, typing);
  return (
    <>
      {guard.rows.length > 1 && (
        <SegmentedControl
          size="xs"
          w="fit-content"
          value={guard.match}
          onChange={(match) => onChange({ ...guard, match: match === "any" ? "any" : "all" })}
          data={[
            { value: "all", label: t("matchAll") },
            { value: "any", label: t("matchAny") },
          ]}
        />
      )}
      {guard.rows.map((row, at) => (
        <Row
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name but their place
          key={at}
          row={row}
          onChange={(to, typing) =>
            put(guard.rows.with(at, fittingRow(to)), typing ? `row.${at}` : undefined)
          }
          onRemove={() => (guard.rows.length === 1 ? onChange(null) : put(guard.rows.toSpliced(at, 1)))}
        />
      ))}
      <Button
        variant="subtle"
        size="compact-sm"
        w="fit-content"
        leftSection={<IconPlus size={14} />}
        onClick={() => put([...guard.rows, FIRST_ROW])}
      >
        {t("addRow")}
      </Button>
    </>
  );
}

interface RowProps {
  row: GuardRow;
  onChange: (row: GuardRow, typing?: boolean) => void;
  onRemove: () => void;
}

function Row({ row, onChange, onRemove }: RowProps) {
  const { t } = useTranslation("drawing");
  return (
    <Group gap={6} wrap="nowrap" align="flex-start">
      <Select
        flex={1.2}
        aria-label={t("guardField")}
        value={row.field}
        allowDeselect={false}
        searchable
        data={Object.keys(GUARD_FIELDS).map((value) => ({ value, label: t(`field.${value}`) }))}
        onChange={(field) => onChange({ ...row, field: field ?? row.field, value: "" })}
      />
      <Select
        flex={1}
        aria-label={t("guardOperator")}
        value={row.operator}
        allowDeselect={false}
        data={operatorsOf(row.field).map((value) => ({ value, label: t(`operator.${value}`) }))}
        onChange={(to) =>
          onChange({ ...row, operator: operatorsOf(row.field).find((each) => each === to) ?? row.operator })
        }
      />
      <Value row={row} onChange={onChange} />
      <ActionIcon variant="subtle" size={36} aria-label={t("removeRow")} onClick={onRemove}>
        <IconX size={16} />
      </ActionIcon>
    </Group>
  );
}

function Value({ row, onChange }: Omit<RowProps, "onRemove">) {
  const { t } = useTranslation("drawing");
  const label = t("value");
  if (takesNoValue(row.operator)) return null;
  if (takesMany(row.operator)) {
    const values = Array.isArray(row.value) ? row.value : [];
    return (
      <TagsInput
        flex={1.2}
        aria-label={label}
        value={values}
        onChange={(value) => onChange({ ...row, value })}
      />
    );
  }
  const value = typeof row.value === "string" ? row.value : "";
  if (kindOf(row.field) === "truth") {
    const data = (["true", "false"] as const).map((each) => ({ value: each, label: t(`truth.${each}`) }));
    return (
      <Select
        flex={1.2}
        aria-label={label}
        value={value}
        data={data}
        allowDeselect={false}
        onChange={(to) => onChange({ ...row, value: to })}
      />
    );
  }
  return (
    <TextInput
      flex={1.2}
      aria-label={label}
      value={value}
      type={kindOf(row.field) === "date" ? "date" : "text"}
      inputMode={kindOf(row.field) === "number" ? "decimal" : "text"}
      onChange={(event) => onChange({ ...row, value: event.currentTarget.value }, true)}
    />
  );
}
