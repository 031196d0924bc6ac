/** The single figures of a report, each with its difference to the other period, each opening to what it is made of. */
import { Group, Paper, SimpleGrid, Text, UnstyledButton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/useFormat";
import { drillOf } from "./drills";
import type { Point, Words } from "./figure";
import { MeasureName } from "./MeasureName";
import type { Comparison, Difference } from "./queries";
import classes from "./reports.module.css";
import { type AnswerTable, placeOf, type Row } from "./rows";
import { useExactly } from "./useSaid";

interface FiguresProps {
  report: string;
  tables: readonly AnswerTable[];
  wanted: readonly (readonly [table: string, field: string])[];
  words: Words;
  beside: Comparison | null;
  onOpen: (point: Point) => void;
  /** Inside something that has a border of its own. */
  bare?: boolean;
}

interface Single {
  key: string;
  table: string;
  field: string;
  row: Row;
}

export function Figures({ report, tables, wanted, words, beside, onOpen, bare = false }: FiguresProps) {
  const singles = wanted.flatMap(([table, field]) => singlesOf(tables, table, field));
  if (singles.length === 0) return null;
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: Math.min(singles.length, 5) }} spacing="sm">
      {singles.map((single) => (
        <Figure
          key={single.key}
          {...{ report, single, words, onOpen, bare }}
          difference={differenceOf(beside, single)}
        />
      ))}
    </SimpleGrid>
  );
}

const singlesOf = (tables: readonly AnswerTable[], table: string, field: string): Single[] =>
  (tables.find(({ name }) => name === table)?.rows ?? [])
    .filter((row) => row[field] !== undefined)
    .map((row, place) => ({ key: `${table}.${field}.${place}`, table, field, row }));

function differenceOf(beside: Comparison | null, { table, field, row }: Single): Difference | null {
  const rows = beside?.differences.find((one) => one.table === table)?.rows ?? [];
  const same = rows.find(({ about }) => Object.entries(about).every(([name, value]) => row[name] === value));
  return same?.differences[field] ?? null;
}

interface FigureProps {
  report: string;
  single: Single;
  words: Words;
  difference: Difference | null;
  bare: boolean;
  onOpen: (point: Point) => void;
}

function Figure({ report, single: { table, field, row }, words, difference, bare, onOpen }: FigureProps) {
  const { t } = useTranslation("reports");
  const exactly = useExactly();
  const measure = words.vocabulary.measure(report, placeOf(table, field));
  const name = words.heading(report, placeOf(table, field));
  const value = row[field];
  const meant = { kind: measure?.kind ?? ("count" as const), currency: currencyOf(row) };
  const text = value === null || value === undefined ? t("nothing") : exactly(String(value), meant);
  const drill = drillOf(table, row, field);
  const whose = meant.kind !== "money" && meant.currency ? ` · ${meant.currency}` : "";
  return (
    <Paper withBorder={!bare} p={bare ? 0 : "md"}>
      <Text size="sm" c="dimmed" component="div">
        {measure ? <MeasureName measure={measure}>{name + whose}</MeasureName> : name}
      </Text>
      {drill && measure ? (
        <UnstyledButton
          className={classes["figure"] ?? ""}
          onClick={() => onOpen({ value: value as string, drill, measure, about: name })}
          aria-label={t("openNumber", { name, value: text })}
        >
          {text}
        </UnstyledButton>
      ) : (
        <Text className={classes["figure"] ?? ""}>{text}</Text>
      )}
      {difference && <Change difference={difference} meant={meant} />}
    </Paper>
  );
}

const currencyOf = (row: Row): string | null => {
  const field = Object.keys(row).find((name) => name === "currency" || name.endsWith(".currency"));
  return field ? (row[field] as string | null) : null;
};

function Change({
  difference,
  meant,
}: {
  difference: Difference;
  meant: Parameters<ReturnType<typeof useExactly>>[1];
}) {
  const { t } = useTranslation("reports");
  const format = useFormat();
  const exactly = useExactly();
  const { difference: change, compared, relative } = difference;
  if (change === null || compared === null) return null;
  const sign = change.startsWith("-") ? "" : "+";
  return (
    <Group gap={6} mt={2}>
      <Text size="xs" className={classes["number"] ?? ""}>
        {sign}
        {exactly(change, meant)}
        {relative !== null && ` (${sign}${format.percent(relative)})`}
      </Text>
      <Text size="xs" c="dimmed">
        {t("before", { value: exactly(compared, meant) })}
      </Text>
    </Group>
  );
}
