/** What a report is to this client: what it can be asked, which of its figures come first and what is drawn of it. */
import type { IconProps } from "@tabler/icons-react";
import type { ComponentType } from "react";
import type { FigureSpec } from "../figure";
import type { ReportSearch } from "../search";

export const ROOMS_OF_REPORTS = ["outlook", "results", "process", "people"] as const;

/** Filters of deals, in the order in which they are offered. */
export const FILTERS = ["owner", "team", "process", "product", "source", "region", "currency"] as const;
export type Filter = (typeof FILTERS)[number];

/** What deals are grouped by; also what stands somewhere by its stage, what happened on a day by its months. */
export const GROUPS = ["owner", "team", "product", "source", "region", "process", "process_version"] as const;
export const STANDING = [...GROUPS, "stage"] as const;
export const DATED = [...GROUPS, "month", "quarter"] as const;

export const MONEY = { money: ["own", "base"] } as const;
export const EVERY = { every: ["month", "quarter"] } as const;

/** A parameter with few values; the first one is meant where nothing is said, unless it may be left open. */
export type Options = Readonly<
  Partial<Record<"kind" | "every" | "basis" | "money" | "group_by", readonly string[]>>
>;

/** Days that it can be asked about beside its period: of expected close, of exchange rates, of a forecast made then. */
export type Dated = "close" | "rates" | "accuracy_at";

export interface Kind {
  key: string;
  room: (typeof ROOMS_OF_REPORTS)[number];
  icon: ComponentType<IconProps>;
  filters: readonly Filter[];
  options: Options;
  days: readonly Dated[];
  /** Whether it can be asked about the past, and beside another period. */
  past: boolean;
  comparable: boolean;
  /** Single figures, as table and field. */
  figures: readonly (readonly [table: string, field: string])[];
  charts: (search: ReportSearch) => readonly FigureSpec[];
}

export const usual = { filters: FILTERS, options: {}, days: [], past: true, comparable: true } as const;

export const only =
  (...specs: FigureSpec[]) =>
  () =>
    specs;

/** What can be chosen now: a snapshot is of one instant, so it has no months to be grouped by. */
export const optionsOf = ({ options }: Kind, { kind }: ReportSearch): Options =>
  kind === "snapshot" ? { ...options, group_by: GROUPS } : options;
