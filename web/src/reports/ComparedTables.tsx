/** Two periods row by row: each measure now, then, and the difference. */
import { Paper, Stack, Table, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/useFormat";
import { columnsOf, currencyBeside } from "./AnswerTables";
import type { Words } from "./figure";
import { MeasureName } from "./MeasureName";
import type { Comparison, Difference } from "./queries";
import classes from "./reports.module.css";
import { placeOf, type Row } from "./rows";
import { useExactly } from "./useSaid";
import { useTableNames } from "./useTableNames";

type Compared = Comparison["differences"][number];

interface ComparedTablesProps {
  report: string;
  comparison: Comparison;
  words: Words;
}

export function ComparedTables({ report, comparison, words }: ComparedTablesProps) {
  return (
    <Stack>
      {comparison.differences.map((table) => (
        <OneTable key={table.table} {...{ report, table, words }} />
      ))}
    </Stack>
  );
}

function OneTable({ report, table, words }: { report: string; table: Compared; words: Words }) {
  const nameOf = useTableNames(report);
  const [first] = table.rows;
  const measures = Object.keys(first?.differences ?? {});
  const rows = table.rows.map(({ about }) => about as Row);
  const about = columnsOf(report, { name: table.table || "single", rows }, words);
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h5" mb="xs">
        {nameOf(table.table)}
      </Title>
      <Table.ScrollContainer minWidth={(about.length + measures.length * 3) * 96} type="native">
        <Table>
          <Table.Thead>
            <Table.Tr>
              {about.map((field) => (
                <Table.Th key={field} rowSpan={2}>
                  {words.heading(report, placeOf(table.table, field))}
                </Table.Th>
              ))}
              {measures.map((field) => (
                <MeasureHeading key={field} {...{ report, field, words }} table={table.table} />
              ))}
            </Table.Tr>
            <Table.Tr>
              {measures.map((field) => (
                <Three key={field} />
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {table.rows.map((row, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows of an answer have no other name and never move
              <Table.Tr key={place}>
                {about.map((field) => (
                  <Table.Td key={field}>{words.value(field, row.about[field])}</Table.Td>
                ))}
                {measures.map((field) => (
                  <Numbers
                    key={field}
                    difference={row.differences[field]}
                    row={row.about as Row}
                    field={field}
                    words={words}
                  />
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Paper>
  );
}

function MeasureHeading({
  report,
  table,
  field,
  words,
}: {
  report: string;
  table: string;
  field: string;
  words: Words;
}) {
  const place = placeOf(table, field);
  const measure = words.vocabulary.measure(report, place);
  const name = words.heading(report, place);
  return (
    <Table.Th colSpan={3} className={classes["right"] ?? ""}>
      {measure ? <MeasureName measure={measure}>{name}</MeasureName> : name}
    </Table.Th>
  );
}

function Three() {
  const { t } = useTranslation("reports");
  return (["now", "then", "change"] as const).map((name) => (
    <Table.Th key={name} className={classes["right"] ?? ""}>
      {t(`compared.${name}`)}
    </Table.Th>
  ));
}

function Numbers({
  difference,
  row,
  field,
  words,
}: {
  difference: Difference | undefined;
  row: Row;
  field: string;
  words: Words;
}) {
  const exactly = useExactly();
  const format = useFormat();
  const kind = (difference && words.vocabulary.keyed(difference.measure)?.kind) ?? "count";
  const meant = { kind, currency: currencyBeside(row, field) };
  const said = (value: string | null | undefined) => (value == null ? "–" : exactly(value, meant));
  const { current, compared, difference: change, relative } = difference ?? {};
  return (
    <>
      <Table.Td className={classes["right"] ?? ""}>{said(current)}</Table.Td>
      <Table.Td className={classes["right"] ?? ""}>{said(compared)}</Table.Td>
      <Table.Td className={classes["right"] ?? ""}>
        {said(change)}
        {relative != null && ` (${format.percent(relative)})`}
      </Table.Td>
    </>
  );
}
