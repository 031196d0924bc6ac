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
import { type Meant, useExactly } from "./useSaid";

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
  const singles = wanted.flatMap(([table, field]) =>
    isCut(tables, table) ? [] : singlesOf(tables, table, field),
  );
  if (singles.length === 0) return null;
  return (
    <SimpleGrid
      spacing="sm"
      {...(bare ? NARROW : { cols: { base: 2, sm: 3, lg: Math.min(singles.length, 5) } })}
    >
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

/** In a tile there are as many columns as it is wide. */
const NARROW = { minColWidth: 150, autoFlow: "auto-fit" } as const;

/** Rows of groups are many figures and no single ones: they are drawn, or stand in the table. */
const isCut = (tables: readonly AnswerTable[], table: string): boolean =>
  Boolean(tables.find(({ name }) => name === "")?.rows[0]?.["group_by"]) &&
  (tables.find(({ name }) => name === table)?.rows ?? []).some((row) => "group" in row);

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
  const told = useTold();
  const measure = words.vocabulary.measure(report, placeOf(table, field));
  const name = words.heading(report, placeOf(table, field));
  const value = row[field];
  const meant = { kind: measure?.kind ?? ("count" as const), currency: currencyOf(row) };
  const text = value === null || value === undefined ? t("nothing") : told(String(value), meant);
  const drill = drillOf(table, row, field);
  const whose = meant.kind !== "money" && meant.currency ? ` · ${meant.currency}` : "";
  const number = `${classes["figure"]} ${bare ? classes["bare"] : ""}`;
  return (
    <Paper withBorder={!bare} p={bare ? 0 : "md"}>
      <Text size="sm" c="dimmed" component="div">
        {measure ? <MeasureName measure={measure}>{name + whose}</MeasureName> : name}
      </Text>
      <Group gap="xs" align="baseline" wrap={bare ? "nowrap" : "wrap"}>
        {drill && measure ? (
          <UnstyledButton
            className={number}
            onClick={() => onOpen({ value: value as string, drill, measure, about: name })}
            aria-label={t("openNumber", { name, value: text })}
          >
            {text}
          </UnstyledButton>
        ) : (
          <Text className={number}>{text}</Text>
        )}
        {difference && <Change difference={difference} meant={meant} short={bare} />}
      </Group>
    </Paper>
  );
}

/** A figure stands alone and large: as exact as in a table, but whole money without its zeros. */
function useTold(): (value: string, meant: Meant) => string {
  const format = useFormat();
  const exactly = useExactly();
  return (value, meant) =>
    meant.kind === "money" && meant.currency
      ? format.moneyTight({ amount: value, currency: meant.currency })
      : exactly(value, meant);
}

const currencyOf = (row: Row): string | null => {
  const field = Object.keys(row).find((name) => name === "currency" || name.endsWith(".currency"));
  return field ? (row[field] as string | null) : null;
};

interface ChangeProps {
  difference: Difference;
  meant: Meant;
  /** Only by how much, without what it was. */
  short: boolean;
}

function Change({ difference, meant, short }: ChangeProps) {
  const { t } = useTranslation("reports");
  const format = useFormat();
  const exactly = useExactly();
  const { difference: change, compared, relative } = difference;
  if (change === null || compared === null) return null;
  const sign = change.startsWith("-") ? "" : "+";
  const share = relative !== null && `${sign}${format.percent(relative)}`;
  const before = t("before", { value: exactly(compared, meant) });
  if (short && share)
    return (
      <Text size="xs" c="dimmed" className={classes["number"] ?? ""} title={before}>
        {share}
      </Text>
    );
  return (
    <Group gap={6}>
      <Text size="xs" className={classes["number"] ?? ""}>
        {sign}
        {exactly(change, meant)}
        {share && ` (${share})`}
      </Text>
      <Text size="xs" c="dimmed">
        {before}
      </Text>
    </Group>
  );
}
