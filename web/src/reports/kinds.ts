/** The reports: what each can be asked, which of its figures come first and what is drawn of it. */
import {
  IconActivity,
  IconAlarm,
  IconArrowsExchange,
  IconCalendarStats,
  IconChartFunnel,
  IconClockHour4,
  IconEye,
  IconGauge,
  IconMoodSad,
  IconPercentage,
  type IconProps,
  IconStairs,
  IconTarget,
  IconTimeline,
  IconTrophy,
  IconZzz,
} from "@tabler/icons-react";
import type { ComponentType } from "react";
import type { FigureSpec } from "./figure";
import type { ReportSearch } from "./search";

export const OUTLOOK = "outlook";
export const RESULTS = "results";
export const PROCESS = "process";
export const PEOPLE = "people";

/** Filters of deals, in the order in which they are offered. */
export const FILTERS = ["owner", "team", "process", "product", "source", "region", "currency"] as const;
export type Filter = (typeof FILTERS)[number];

const GROUPS = ["owner", "team", "source", "region", "process"] as const;
const MONEY = { money: ["own", "base"] } as const;
const EVERY = { every: ["month", "quarter"] } as const;

/** A parameter with few values; the first one is meant where nothing is said, unless it may be left open. */
export type Options = Readonly<
  Partial<Record<"kind" | "every" | "basis" | "money" | "group_by", readonly string[]>>
>;

export interface Kind {
  key: string;
  room: typeof OUTLOOK | typeof RESULTS | typeof PROCESS | typeof PEOPLE;
  icon: ComponentType<IconProps>;
  filters: readonly Filter[];
  options: Options;
  /** Whether it can be asked about the past, and beside another period. */
  past: boolean;
  comparable: boolean;
  /** Single figures, as table and field. */
  figures: readonly (readonly [table: string, field: string])[];
  charts: (search: ReportSearch) => readonly FigureSpec[];
}

const usual = { filters: FILTERS, options: {}, past: true, comparable: true } as const;
const only =
  (...specs: FigureSpec[]) =>
  () =>
    specs;

const DEAL_FUNNEL: Readonly<Record<string, readonly string[]>> = {
  cohort: ["reached"],
  flow: ["advanced", "lost", "moved_back", "migrated", "still_there"],
};
const STEPS = { table: "processes.steps", along: "stage", each: ["processes.process"] } as const;

function funnelCharts({ kind = "cohort" }: ReportSearch): FigureSpec[] {
  if (kind === "snapshot")
    return [
      { table: "stages", shape: "bars", along: "stage", values: ["count"], each: ["process"] },
      {
        table: "stages.amounts",
        shape: "bars",
        along: "stages.stage",
        values: ["amount"],
        each: ["stages.process", "currency"],
      },
    ];
  return [
    { ...STEPS, shape: kind === "flow" ? "stacked" : "bars", values: DEAL_FUNNEL[kind] ?? ["reached"] },
  ];
}

function winRateCharts({ kind, group_by }: ReportSearch): FigureSpec[] {
  if (kind === "cohort")
    return group_by
      ? [{ table: "cohorts", shape: "bars", along: "group", values: ["win_rate", "open_share"] }]
      : [];
  const groups: FigureSpec = { table: "groups", shape: "bars", along: "group", values: ["win_rate"] };
  return [
    { table: "by_quarter", shape: "columns", along: "quarter", values: ["win_rate"] },
    group_by ? groups : { table: "by_owner", shape: "bars", along: "owner", values: ["win_rate"] },
  ];
}

function forecastCharts({ group_by }: ReportSearch): FigureSpec[] {
  const totals = ["commit_total", "most_likely_total", "best_case_total", "weighted_total"];
  if (group_by)
    return [
      {
        table: "periods",
        shape: "stacked",
        along: "period",
        values: ["weighted_total"],
        by: "group",
        each: ["currency"],
      },
    ];
  return [
    {
      table: "periods.categories",
      shape: "stacked",
      along: "periods.period",
      values: ["amount"],
      by: "forecast_category",
      each: ["periods.currency"],
    },
    { table: "periods", shape: "line", along: "period", values: totals, each: ["currency"] },
  ];
}

export const KINDS: readonly Kind[] = [
  {
    ...usual,
    key: "forecast",
    room: OUTLOOK,
    icon: IconCalendarStats,
    options: { ...EVERY, ...MONEY, group_by: GROUPS },
    figures: [],
    charts: forecastCharts,
  },
  {
    ...usual,
    key: "waterfall",
    room: OUTLOOK,
    icon: IconStairs,
    options: { basis: ["net", "gross"], ...MONEY },
    figures: [
      ["currencies", "start"],
      ["currencies", "end"],
    ],
    charts: () => [],
  },
  {
    ...usual,
    key: "quota",
    room: OUTLOOK,
    icon: IconTarget,
    figures: [],
    charts: only(
      {
        table: "quotas",
        shape: "bars",
        along: "name",
        values: ["attainment", "commit_attainment"],
        each: ["period"],
      },
      {
        table: "quotas",
        shape: "bars",
        along: "name",
        values: ["coverage", "remaining_coverage"],
        each: ["period"],
      },
    ),
  },
  {
    ...usual,
    key: "slipped",
    room: OUTLOOK,
    icon: IconAlarm,
    options: MONEY,
    figures: [
      ["", "slips"],
      ["slipped_amounts", "amount"],
      ["", "overdue_deals"],
      ["overdue_amounts", "amount"],
    ],
    charts: only({ table: "by_pushes", shape: "columns", along: "pushes", values: ["deals"] }),
  },
  {
    ...usual,
    key: "rotting",
    room: OUTLOOK,
    icon: IconZzz,
    options: { ...MONEY, group_by: GROUPS },
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
  },
  {
    ...usual,
    key: "overview",
    room: RESULTS,
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
  },
  {
    ...usual,
    key: "won",
    room: RESULTS,
    icon: IconTrophy,
    figures: [
      ["total", "amount"],
      ["total", "deals"],
    ],
    charts: only(
      { table: "by_quarter", shape: "columns", along: "quarter", values: ["amount"], each: ["currency"] },
      { table: "by_owner", shape: "bars", along: "owner", values: ["amount"], each: ["currency"] },
      { table: "by_product", shape: "bars", along: "product", values: ["amount"], each: ["currency"] },
    ),
  },
  {
    ...usual,
    key: "win-rate",
    room: RESULTS,
    icon: IconPercentage,
    options: { kind: ["closed", "cohort"], ...MONEY, group_by: GROUPS },
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
  },
  {
    ...usual,
    key: "loss-reasons",
    room: RESULTS,
    icon: IconMoodSad,
    options: { ...MONEY, group_by: GROUPS },
    figures: [["", "lost"]],
    charts: only({ table: "losses", shape: "stacked", along: "reason", values: ["deals"], by: "stage" }),
  },
  {
    ...usual,
    key: "velocity",
    room: RESULTS,
    icon: IconGauge,
    options: { ...MONEY, group_by: GROUPS },
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
  },
  {
    ...usual,
    key: "funnel",
    room: PROCESS,
    icon: IconChartFunnel,
    options: { kind: ["cohort", "flow", "snapshot"] },
    figures: [],
    charts: funnelCharts,
  },
  {
    ...usual,
    key: "time-in-stage",
    room: PROCESS,
    icon: IconClockHour4,
    figures: [],
    charts: only({
      table: "stages",
      shape: "bars",
      along: "stage",
      values: ["latest.median_days", "cumulative.median_days", "current_age.median_days"],
      each: ["process"],
    }),
  },
  {
    ...usual,
    key: "sales-cycle",
    room: PROCESS,
    icon: IconTimeline,
    figures: [
      ["", "median_days"],
      ["", "mean_days"],
      ["", "p90_days"],
      ["", "deals"],
    ],
    charts: () => [],
  },
  {
    key: "conformance",
    room: PROCESS,
    icon: IconArrowsExchange,
    filters: ["owner", "team", "product", "source", "region"],
    options: { every: ["month", "week"] },
    past: false,
    comparable: false,
    figures: [],
    charts: only(
      { table: "periods", shape: "line", along: "begins", values: ["rate"], kind: "ratio" },
      { table: "periods", shape: "stacked", along: "begins", values: ["conforming", "not_judged"] },
    ),
  },
  {
    ...usual,
    key: "leaderboard",
    room: PEOPLE,
    icon: IconTrophy,
    figures: [],
    charts: only(
      {
        table: "places.won_value",
        shape: "bars",
        along: "places.owner",
        values: ["amount"],
        each: ["currency"],
      },
      { table: "places", shape: "bars", along: "owner", values: ["won", "lost"] },
    ),
  },
  {
    key: "activity",
    room: PEOPLE,
    icon: IconActivity,
    filters: ["owner", "team"],
    options: { every: ["month", "week", "day"] },
    past: false,
    comparable: true,
    figures: [
      ["", "done"],
      ["", "planned"],
      ["", "overdue"],
    ],
    charts: only(
      { table: "rows", shape: "stacked", along: "first_day", values: ["done"], by: "kind" },
      { table: "rows", shape: "stacked", along: "owner", values: ["done"], by: "kind" },
    ),
  },
];

export const ROOMS_OF_REPORTS = [OUTLOOK, RESULTS, PROCESS, PEOPLE] as const;

export const kindOf = (key: string): Kind | undefined => KINDS.find((one) => one.key === key);
