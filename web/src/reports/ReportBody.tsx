/** The answer: single figures, then charts, or all of it as tables; two periods stand beside each other. */
import { Box, Paper, SimpleGrid, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/useFormat";
import { Empty } from "~/states/Empty";
import { AnswerTables } from "./AnswerTables";
import { ComparedTables } from "./ComparedTables";
import { Chart } from "./charts/Chart";
import { Figures } from "./Figures";
import { type Figure, figuresOf, onOneScale, type Point, type Words } from "./figure";
import type { Kind } from "./kinds/kind";
import { type Answer, tablesOf } from "./rows";
import type { ReportSearch } from "./search";
import type { Shown } from "./useReport";
import { useTableNames } from "./useTableNames";
import { waterfallFigures } from "./waterfall";

interface ReportBodyProps {
  kind: Kind;
  search: ReportSearch;
  words: Words;
  shown: Shown;
  onOpen: (point: Point) => void;
  stale: boolean;
}

export function ReportBody({
  kind,
  search,
  words,
  shown: { alone, beside },
  onOpen,
  stale,
}: ReportBodyProps) {
  const tables = tablesOf(kind.key, alone, words.vocabulary);
  const asTable = search.view === "table";
  return (
    <Stack aria-busy={stale} opacity={stale ? 0.6 : 1} aria-live="polite">
      <Figures report={kind.key} {...{ tables, words, beside, onOpen }} wanted={kind.figures} />
      {!asTable && <Charts {...{ kind, search, words, onOpen }} shown={{ alone, beside } as Shown} />}
      {asTable && beside && <ComparedTables report={kind.key} comparison={beside} words={words} />}
      {asTable && !beside && <AnswerTables report={kind.key} {...{ tables, words, onOpen }} />}
      <Freshness answer={alone} />
    </Stack>
  );
}

type ChartsProps = Pick<ReportBodyProps, "kind" | "search" | "words" | "shown" | "onOpen">;

function Charts({ kind, search, words, shown, onOpen }: ChartsProps) {
  const { t } = useTranslation("reports");
  const drawn = figuresIn(kind, search, shown.alone, words);
  if (drawn.length === 0 && kind.figures.length === 0)
    return <Empty title={t("empty.title")} text={t("empty.text")} />;
  if (!shown.beside) return <FigureGrid figures={drawn} {...{ kind, onOpen }} />;
  const then = figuresIn(kind, search, shown.beside.compared.answer, words);
  const [now, before] = onOneScale(drawn, then);
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }}>
      <Side of={shown.beside.current} figures={now} {...{ kind, onOpen }} />
      <Side of={shown.beside.compared} figures={before} {...{ kind, onOpen }} />
    </SimpleGrid>
  );
}

export function figuresIn(kind: Kind, search: ReportSearch, answer: Answer, words: Words): Figure[] {
  if (kind.key === "waterfall") return waterfallFigures(answer, words);
  const tables = tablesOf(kind.key, answer, words.vocabulary);
  return kind.charts(search).flatMap((spec) => {
    const table = tables.find(({ name }) => name === spec.table);
    return table ? figuresOf(kind.key, table, spec, words) : [];
  });
}

interface SideProps {
  of: { first_day: string; last_day: string };
  figures: Figure[];
  kind: Kind;
  onOpen: (point: Point) => void;
}

function Side({ of, figures, kind, onOpen }: SideProps) {
  const format = useFormat();
  return (
    <Stack gap="xs">
      <Text fw={600}>
        {format.date(of.first_day)} – {format.date(of.last_day)}
      </Text>
      <FigureGrid {...{ figures, kind, onOpen }} />
    </Stack>
  );
}

function FigureGrid({ figures, kind, onOpen }: Omit<SideProps, "of">) {
  const { t } = useTranslation("reports");
  const name = t(`kinds.${kind.key}.name`);
  const nameOf = useTableNames(kind.key);
  return (
    <Stack>
      {figures.map((figure, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: figures of a report stand in one order
        <Paper withBorder p="md" key={place}>
          <Text size="sm" fw={500} mb="xs">
            {captionOf(figure, nameOf(figure.table))}
          </Text>
          <Box>
            <Chart
              figure={figure}
              label={t("chartOf", { name: `${name} ${figure.title}` })}
              onOpen={onOpen}
            />
          </Box>
        </Paper>
      ))}
    </Stack>
  );
}

/** The list, the number where there is only one, and which part of the list. */
const captionOf = ({ title, series }: Figure, list: string): string =>
  [...new Set([list, series.length === 1 ? series[0]?.name : "", title])].filter(Boolean).join(" · ");

/** Up to when the events are counted in, and how. */
function Freshness({ answer }: { answer: Answer }) {
  const { t } = useTranslation("reports");
  const format = useFormat();
  const { as_of, time_zone, definition } = answer as {
    as_of?: string;
    time_zone?: string;
    definition?: string;
  };
  return (
    <details>
      <Text component="summary" size="xs" c="dimmed">
        {as_of && t("upTo", { when: format.dateTime(as_of) })} {time_zone && t("zone", { zone: time_zone })}{" "}
        {t("howCounted")}
      </Text>
      <Text size="sm" lang="en" maw={900} mt="xs">
        {definition}
      </Text>
    </details>
  );
}
