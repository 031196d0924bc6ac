/** A tile: a report's numbers, its chart or its table, with the way to the whole report. */
import { Group, Paper, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { AnswerTables } from "~/reports/AnswerTables";
import { Chart } from "~/reports/charts/Chart";
import { leastHeightOf } from "~/reports/charts/option";
import { Figures } from "~/reports/Figures";
import type { Figure, Point, Words } from "~/reports/figure";
import type { Kind } from "~/reports/kinds/kind";
import { kindOf } from "~/reports/kinds/kinds";
import { answerAt } from "~/reports/queries";
import { figuresIn } from "~/reports/ReportBody";
import classes from "~/reports/reports.module.css";
import { tablesOf } from "~/reports/rows";
import { searchOf } from "~/reports/search";
import { type Shown, shownOf } from "~/reports/useReport";
import { Asked } from "~/states/Asked";
import type { Tile } from "./queries";

const ROW_PX = 120;
const GAP_PX = 12;
const HEAD_PX = 60;

interface TileCardProps {
  tile: Tile;
  words: Words;
  onOpen: (point: Point) => void;
  children?: ReactNode;
}

export function TileCard({ tile, words, onOpen, children }: TileCardProps) {
  const { t } = useTranslation(["dashboards", "reports"]);
  const kind = kindOf(tile.report);
  const named = tile.title ?? t(`reports:kinds.${tile.report}.name`, { defaultValue: tile.report });
  const query = useQuery(answerAt(tile.path, tile.path !== ""));
  return (
    <Paper withBorder p="sm" h="100%" className={classes["tileBody"] ?? ""}>
      <Group justify="space-between" wrap="nowrap" mb={4}>
        <Group className={classes["grow"] ?? ""} gap="xs" align="baseline">
          <Text
            component={Link}
            className={classes["link"] ?? ""}
            fw={600}
            size="sm"
            to={`/reports/${tile.report}` as "/reports"}
            search={whole(tile) as never}
          >
            {named}
          </Text>
          <Text size="xs" c="dimmed">
            {tile.period ? t(`reports:periods.${tile.period}`) : t("reports:periods.always")}
          </Text>
        </Group>
        {children}
      </Group>
      {kind && (
        <Asked query={query} height={0}>
          {(answer) => <TileBody {...{ tile, kind, words, onOpen }} shown={shownOf(answer)} />}
        </Asked>
      )}
    </Paper>
  );
}

/** The search of the report's own page. */
const whole = ({ filters, period, compare_to, chart }: Tile) => ({
  ...searchOf(filters),
  ...(period && { period }),
  ...(compare_to && { compare_to }),
  ...(chart === "table" && { view: "table" }),
});

interface TileBodyProps extends Omit<TileCardProps, "children"> {
  kind: Kind;
  shown: Shown;
}

function TileBody({ tile, kind, words, onOpen, shown: { alone, beside } }: TileBodyProps) {
  const { t } = useTranslation("dashboards");
  const tables = tablesOf(kind.key, alone, words.vocabulary);
  if (tile.chart === "number") {
    const wanted = tile.width > 4 ? kind.figures : kind.figures.slice(0, 1);
    return <Figures report={kind.key} {...{ tables, wanted, words, beside, onOpen }} bare />;
  }
  if (tile.chart === "table")
    return <AnswerTables report={kind.key} tables={mainTable(kind, tables)} {...{ words, onOpen }} bare />;
  const figure = figureFor(tile.chart, figuresIn(kind, searchOf(tile.filters), alone, words));
  if (!figure) return <Text c="dimmed">{t("nothing")}</Text>;
  const room = tile.height * (ROW_PX + GAP_PX) - GAP_PX - HEAD_PX;
  const height = Math.max(room, leastHeightOf(figure));
  return (
    <Chart figure={figure} height={height} label={t("chartOf", { name: figure.title })} onOpen={onOpen} />
  );
}

/** The list that says most: others are on the report's own page. */
const mainTable = (kind: Kind, tables: ReturnType<typeof tablesOf>) =>
  tables.filter(({ name }) => name === MAIN[kind.key]);

const MAIN: Readonly<Record<string, string>> = {
  rotting: "stages",
  slipped: "newest",
  leaderboard: "places",
  forecast: "periods",
  funnel: "processes.steps",
  quota: "quotas",
  won: "by_owner",
  "win-rate": "by_owner",
  "loss-reasons": "losses",
  velocity: "speeds",
  "time-in-stage": "stages",
  waterfall: "currencies.bars",
  activity: "rows",
  overview: "by_stage",
};

/** A line means something along time, bars things beside each other. */
function figureFor(chart: Tile["chart"], figures: readonly Figure[]): Figure | undefined {
  const wanted =
    chart === "line" || chart === "area" ? ["line", "columns"] : ["bars", "stacked", "waterfall"];
  return figures.find(({ shape }) => wanted.includes(shape)) ?? figures[0];
}
