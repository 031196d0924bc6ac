/** Reports on how deals go through their process: how far, how long in each stage and in all, and whether as drawn. */
import { IconArrowsExchange, IconChartFunnel, IconClockHour4, IconTimeline } from "@tabler/icons-react";
import type { FigureSpec } from "../figure";
import type { ReportSearch } from "../search";
import { DATED, GROUPS, type Kind, only, usual } from "./kind";

const STEPS = { table: "processes.steps", along: "stage", each: ["processes.process"] } as const;
const LEFT = ["advanced", "lost", "moved_back", "migrated", "still_there"];

function snapshot(group_by: string | undefined): FigureSpec[] {
  const shape = group_by ? "stacked" : "bars";
  const count: FigureSpec = { table: "stages", shape, along: "stage", values: ["count"], each: ["process"] };
  const amount: FigureSpec = {
    table: "stages.amounts",
    shape,
    along: "stages.stage",
    values: ["amount"],
    each: ["stages.process", "currency"],
  };
  return group_by
    ? [
        { ...count, by: "group" },
        { ...amount, by: "stages.group" },
      ]
    : [count, amount];
}

/** Grouped, one number of each stage is cut: how many reached it, or how often it was entered. */
function funnelCharts({ kind = "cohort", group_by }: ReportSearch): FigureSpec[] {
  if (kind === "snapshot") return snapshot(group_by);
  const flow = kind === "flow";
  if (group_by)
    return [{ ...STEPS, shape: "stacked", values: [flow ? "entered" : "reached"], by: "processes.group" }];
  return [{ ...STEPS, shape: flow ? "stacked" : "bars", values: flow ? LEFT : ["reached"] }];
}

const funnel: Kind = {
  ...usual,
  key: "funnel",
  room: "process",
  icon: IconChartFunnel,
  options: { kind: ["cohort", "flow", "snapshot"], group_by: DATED },
  figures: [],
  charts: funnelCharts,
};

const IN_STAGE = { table: "stages", shape: "bars", along: "stage", each: ["process"] } as const;
const CLOCKS = ["latest.median_days", "cumulative.median_days", "current_age.median_days"];

const timeInStage: Kind = {
  ...usual,
  key: "time-in-stage",
  room: "process",
  icon: IconClockHour4,
  options: { group_by: GROUPS },
  figures: [],
  charts: ({ group_by }) => [
    group_by ? { ...IN_STAGE, values: ["latest.median_days"], by: "group" } : { ...IN_STAGE, values: CLOCKS },
  ],
};

const salesCycle: Kind = {
  ...usual,
  key: "sales-cycle",
  room: "process",
  icon: IconTimeline,
  options: { group_by: DATED },
  figures: [
    ["", "median_days"],
    ["", "mean_days"],
    ["", "p90_days"],
    ["", "deals"],
  ],
  charts: ({ group_by }) =>
    group_by ? [{ table: "groups", shape: "bars", along: "group", values: ["mean_days"] }] : [],
};

const conformance: Kind = {
  key: "conformance",
  room: "process",
  icon: IconArrowsExchange,
  filters: ["owner", "team", "product", "source", "region"],
  options: { every: ["month", "week"] },
  days: [],
  past: false,
  comparable: false,
  figures: [],
  charts: only(
    { table: "periods", shape: "line", along: "begins", values: ["rate"], kind: "ratio" },
    { table: "periods", shape: "stacked", along: "begins", values: ["conforming", "not_judged"] },
  ),
};

export const PROCESS: readonly Kind[] = [funnel, timeInStage, salesCycle, conformance];
