/** Reports on what is still to come: forecast, waterfall of the pipeline, quotas, slipped and rotting deals. */
import { IconAlarm, IconCalendarStats, IconStairs, IconTarget, IconZzz } from "@tabler/icons-react";
import type { FigureSpec } from "../figure";
import type { ReportSearch } from "../search";
import { DATED, EVERY, GROUPS, type Kind, MONEY, only, STANDING, usual } from "./kind";

const TOTALS = ["commit_total", "most_likely_total", "best_case_total", "weighted_total"];

const WEIGHTED: FigureSpec = {
  table: "periods",
  shape: "stacked",
  along: "period",
  values: ["weighted_total"],
  by: "group",
  each: ["currency"],
};

const BY_CATEGORY: FigureSpec = {
  table: "periods.categories",
  shape: "stacked",
  along: "periods.period",
  values: ["amount"],
  by: "forecast_category",
  each: ["periods.currency"],
};

const CUMULATIVE: FigureSpec = {
  table: "periods",
  shape: "line",
  along: "period",
  values: TOTALS,
  each: ["currency"],
};

const SAID_AND_CAME: FigureSpec = {
  table: "accuracy",
  shape: "columns",
  along: "period",
  values: ["forecast", "actual"],
  each: ["currency"],
};

const forecastCharts = ({ group_by, accuracy_at }: ReportSearch): FigureSpec[] => [
  ...(group_by ? [WEIGHTED] : [BY_CATEGORY, CUMULATIVE]),
  ...(accuracy_at ? [SAID_AND_CAME] : []),
];

const forecast: Kind = {
  ...usual,
  key: "forecast",
  room: "outlook",
  icon: IconCalendarStats,
  options: { ...EVERY, ...MONEY, group_by: STANDING },
  days: ["rates", "accuracy_at"],
  figures: [],
  charts: forecastCharts,
};

const waterfall: Kind = {
  ...usual,
  key: "waterfall",
  room: "outlook",
  icon: IconStairs,
  options: { basis: ["net", "gross"], ...MONEY, group_by: GROUPS },
  days: ["close", "rates"],
  figures: [
    ["currencies", "start"],
    ["currencies", "end"],
  ],
  charts: () => [],
};

const beside = (...values: string[]): FigureSpec => ({
  table: "quotas",
  shape: "bars",
  along: "name",
  values,
  each: ["period"],
});

const quota: Kind = {
  ...usual,
  key: "quota",
  room: "outlook",
  icon: IconTarget,
  options: { group_by: GROUPS },
  days: ["rates"],
  figures: [],
  charts: only(beside("attainment", "commit_attainment"), beside("coverage", "remaining_coverage")),
};

const BY_PUSHES: FigureSpec = { table: "by_pushes", shape: "columns", along: "pushes", values: ["deals"] };
const SLIPS: FigureSpec = { table: "groups", shape: "bars", along: "group", values: ["slips"] };
const SLIPPED: FigureSpec = {
  table: "groups.slipped_amounts",
  shape: "bars",
  along: "groups.group",
  values: ["amount"],
  each: ["currency"],
};

const slipped: Kind = {
  ...usual,
  key: "slipped",
  room: "outlook",
  icon: IconAlarm,
  options: { ...MONEY, group_by: DATED },
  days: ["close", "rates"],
  figures: [
    ["", "slips"],
    ["slipped_amounts", "amount"],
    ["", "overdue_deals"],
    ["overdue_amounts", "amount"],
  ],
  charts: ({ group_by }) => (group_by ? [SLIPS, SLIPPED] : [BY_PUSHES]),
};

const rotting: Kind = {
  ...usual,
  key: "rotting",
  room: "outlook",
  icon: IconZzz,
  options: { ...MONEY, group_by: STANDING },
  days: ["rates"],
  figures: [["", "idle_deals"]],
  charts: ({ group_by }) => [
    {
      table: "stages",
      shape: group_by ? "stacked" : "bars",
      along: "stage",
      values: ["idle_deals"],
      each: ["process"],
      ...(group_by && { by: "group" }),
    },
  ],
};

export const OUTLOOK: readonly Kind[] = [forecast, waterfall, quota, slipped, rotting];
