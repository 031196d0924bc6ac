/** A report's answer as tables: every number opens to what it is made of. */
import { Paper, Stack, Table, Text, Title, UnstyledButton } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { drillOf } from "./drills";
import type { Point, Words } from "./figure";
import { MeasureName } from "./MeasureName";
import classes from "./reports.module.css";
import { type AnswerTable, isLink, placeOf, type Row } from "./rows";
import { useExactly } from "./useSaid";
import { useTableNames } from "./useTableNames";

interface AnswerTablesProps {
  report: string;
  tables: readonly AnswerTable[];
  words: Words;
  onOpen: (point: Point) => void;
  /** Inside something that has a border and a title of its own. */
  bare?: boolean;
}

export function AnswerTables({ report, tables, words, onOpen, bare = false }: AnswerTablesProps) {
  const shown = tables
    .filter(({ rows }) => rows.length > 0)
    .filter((table) => columnsOf(report, table, words).length > 0);
  return (
    <Stack>
      {shown.map((table) => (
        <OneTable key={table.name} {...{ report, table, words, onOpen, bare }} />
      ))}
    </Stack>
  );
}

/** What a row is about and its numbers; no ids where there are names, no links. Single figures are numbers only. */
export function columnsOf(report: string, { name, rows }: AnswerTable, words: Words): string[] {
  const all = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((field) => !isLink(field));
  const isMeasure = (field: string) => words.vocabulary.measure(report, placeOf(name, field)) !== null;
  const told = all.filter((field) => rows.some((row) => row[field] !== null && row[field] !== ""));
  const about = told.filter((field) => !isMeasure(field) && !isId(field, all) && name !== "");
  const [units, named] = [about.filter(isUnit), about.filter((field) => !isUnit(field))];
  return [...named, ...units, ...told.filter(isMeasure)];
}

/** Where there is little room: what every row is about alike tells nothing there. */
export function tellingOf(report: string, table: AnswerTable, words: Words): string[] {
  const [first, ...others] = table.rows;
  const all = columnsOf(report, table, words);
  if (others.length === 0) return all;
  const isMeasure = (field: string) => words.vocabulary.measure(report, placeOf(table.name, field)) !== null;
  return all.filter((field) => isMeasure(field) || others.some((row) => row[field] !== first?.[field]));
}

/** The currency of a row comes after what the row is about. */
const isUnit = (field: string): boolean => field === "currency" || field.endsWith(".currency");

const isId = (field: string, all: readonly string[]): boolean =>
  /(^|[._])id$|_key$/.test(field) ||
  field === "drill" ||
  (field.endsWith("_id") && all.includes(field.slice(0, -3)));

function OneTable({
  report,
  table,
  words,
  onOpen,
  bare,
}: Omit<AnswerTablesProps, "tables"> & { table: AnswerTable }) {
  const nameOf = useTableNames(report);
  const columns = (bare ? tellingOf : columnsOf)(report, table, words);
  const title = nameOf(table.name);
  return (
    <Paper withBorder={!bare} p={bare ? 0 : "md"}>
      {title && !bare && (
        <Title order={2} size="h5" mb="xs">
          {title}
        </Title>
      )}
      <Table.ScrollContainer minWidth={columns.length * 96} type="native">
        <Table highlightOnHover>
          <Table.Thead>
            <Table.Tr>
              {columns.map((field) => (
                <Heading key={field} {...{ report, field, words }} table={table.name} />
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {table.rows.map((row, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows of an answer have no other name and never move
              <Table.Tr key={place}>
                {columns.map((field) => (
                  <Cell key={field} {...{ report, row, field, words, onOpen }} table={table.name} />
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Paper>
  );
}

interface CellProps {
  report: string;
  table: string;
  row: Row;
  field: string;
  words: Words;
  onOpen: (point: Point) => void;
}

function Heading({ report, table, field, words }: Pick<CellProps, "report" | "table" | "field" | "words">) {
  const place = placeOf(table, field);
  const measure = words.vocabulary.measure(report, place);
  const name = words.heading(report, place);
  return (
    <Table.Th className={(measure && classes["right"]) || ""}>
      {measure ? <MeasureName measure={measure}>{name}</MeasureName> : name}
    </Table.Th>
  );
}

function Cell({ report, table, row, field, words, onOpen }: CellProps) {
  const exactly = useExactly();
  const measure = words.vocabulary.measure(report, placeOf(table, field));
  const value = row[field];
  if (!measure) return <Table.Td>{named(row, field, words)}</Table.Td>;
  if (value === null || value === undefined) return <Table.Td className={classes["right"] ?? ""}>–</Table.Td>;
  const text = exactly(String(value), { kind: measure.kind, currency: currencyBeside(row, field) });
  const drill = drillOf(table, row, field);
  return (
    <Table.Td className={classes["right"] ?? ""}>
      {drill ? (
        <UnstyledButton
          className={classes["cell"] ?? ""}
          onClick={() => onOpen({ value: String(value), drill, measure, about: aboutOf(row, words, field) })}
        >
          {text}
        </UnstyledButton>
      ) : (
        text
      )}
    </Table.Td>
  );
}

/** A deal is a link to its page; anything else is its name. */
function named(row: Row, field: string, words: Words) {
  const deal = field === "name" ? row["deal_id"] : null;
  const text = words.value(field, row[field]);
  if (typeof deal !== "string") return <Text size="sm">{text}</Text>;
  return (
    <Link className={classes["link"] ?? ""} to={`/deals/${deal}` as "/deals"}>
      {text}
    </Link>
  );
}

const aboutOf = (row: Row, words: Words, field: string): string =>
  Object.keys(row)
    .filter(
      (name) =>
        /(^|\.)(owner|stage|quarter|period|product|reason|group|name|bar)$/.test(name) && name !== field,
    )
    .map((name) => words.value(name, row[name]))
    .join(" · ");

export function currencyBeside(row: Row, field: string): string | null {
  const before = field.slice(0, field.lastIndexOf(".") + 1);
  const beside = row[`${before}currency`] ?? row["currency"] ?? around(row);
  return typeof beside === "string" ? beside : null;
}

const around = (row: Row) => row[Object.keys(row).find((name) => name.endsWith(".currency")) ?? ""];
