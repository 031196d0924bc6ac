/** Reports on what came: all deals at a glance, what was won, how often, why not, and how fast. */
import { IconEye, IconGauge, IconMoodSad, IconPercentage, IconTrophy } from "@tabler/icons-react";
import type { FigureSpec } from "../figure";
import type { ReportSearch } from "../search";
import { DATED, GROUPS, type Kind, MONEY, only, STANDING, usual } from "./kind";

const overview: Kind = {
  ...usual,
  key: "overview",
  room: "results",
  icon: IconEye,
  figures: [
    ["", "deals_total"],
    ["won_value", "amount"],
    ["", "win_rate"],
    ["", "sales_cycle_days.median"],
  ],
  charts: only(
    { table: "by_stage", shape: "bars", along: "stage", values: ["count"], each: ["process"] },
    { table: "top_owners", shape: "bars", along: "owner", values: ["amount"], each: ["currency"] },
  ),
};

const amounts = (table: string, along: string, shape: "bars" | "columns" = "bars"): FigureSpec => ({
  table,
  shape,
  along,
  values: ["amount"],
  each: ["currency"],
});

const isTime = (group: string): boolean => group === "month" || group === "quarter";

const won: Kind = {
  ...usual,
  key: "won",
  room: "results",
  icon: IconTrophy,
  options: { ...MONEY, group_by: DATED },
  days: ["rates"],
  figures: [
    ["total", "amount"],
    ["total", "deals"],
  ],
  charts: ({ group_by }) =>
    group_by
      ? [amounts("groups", "group", isTime(group_by) ? "columns" : "bars")]
      : [
          amounts("by_quarter", "quarter", "columns"),
          amounts("by_owner", "owner"),
          amounts("by_product", "product"),
        ],
};

function winRateCharts({ kind, group_by }: ReportSearch): FigureSpec[] {
  if (kind === "cohort")
    return group_by
      ? [{ table: "cohorts", shape: "bars", along: "group", values: ["win_rate", "open_share"] }]
      : [];
  const shape = isTime(group_by ?? "") ? "columns" : "bars";
  const groups: FigureSpec = { table: "groups", shape, along: "group", values: ["win_rate"] };
  return [
    { table: "by_quarter", shape: "columns", along: "quarter", values: ["win_rate"] },
    group_by ? groups : { table: "by_owner", shape: "bars", along: "owner", values: ["win_rate"] },
  ];
}

const winRate: Kind = {
  ...usual,
  key: "win-rate",
  room: "results",
  icon: IconPercentage,
  options: { kind: ["closed", "cohort"], ...MONEY, group_by: DATED },
  days: ["rates"],
  figures: [
    ["", "by_count.win_rate"],
    ["", "by_count.won"],
    ["", "by_count.lost"],
    ["by_value", "win_rate"],
    ["", "whole.win_rate"],
    ["", "whole.open_share"],
    ["", "whole.opened"],
  ],
  charts: winRateCharts,
};

const lossReasons: Kind = {
  ...usual,
  key: "loss-reasons",
  room: "results",
  icon: IconMoodSad,
  options: { ...MONEY, group_by: [...STANDING, "month", "quarter"] },
  days: ["rates"],
  figures: [["", "lost"]],
  charts: ({ group_by }) => [
    {
      table: "losses",
      shape: "stacked",
      along: "reason",
      values: ["deals"],
      by: group_by ? "group" : "stage",
    },
  ],
};

const velocity: Kind = {
  ...usual,
  key: "velocity",
  room: "results",
  icon: IconGauge,
  options: { ...MONEY, group_by: GROUPS },
  days: ["rates"],
  figures: [
    ["speeds", "per_day"],
    ["speeds", "open_deals"],
    ["speeds", "mean_won"],
    ["speeds", "win_rate"],
    ["speeds", "mean_days"],
  ],
  charts: ({ group_by }) =>
    group_by
      ? [{ table: "speeds", shape: "bars", along: "group", values: ["per_day"], each: ["currency"] }]
      : [],
};

export const RESULTS: readonly Kind[] = [overview, won, winRate, lossReasons, velocity];
