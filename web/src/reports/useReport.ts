/** A report as its address asks it: the address of the API, and its answer, alone or beside another period. */
import { useQuery } from "@tanstack/react-query";
import { type Dated, type Kind, type Options, optionsOf } from "./kinds/kind";
import { answerAt, type Comparison, choices, processNames } from "./queries";
import type { Answer } from "./rows";
import { type Asked, addressOf, askedBy, type ReportSearch } from "./search";

export type Shown = { alone: Answer; beside: null } | { alone: Answer; beside: Comparison };

export function useAsked(
  kind: Kind,
  search: ReportSearch,
): { address: string; asked: Asked; ready: boolean } {
  const periods = useQuery(choices).data?.periods;
  const processes = useQuery({ ...processNames, enabled: kind.key === "conformance" }).data;
  const asked = only(kind, search, askedBy(search, periods ?? []));
  const ready = periods !== undefined || search.period === undefined;
  if (kind.key !== "conformance")
    return { address: addressOf(`/api/v1/reports/${kind.key}`, asked), asked, ready };
  const process = search.process?.[0] ?? processes?.[0]?.id;
  return { address: trendOf(process ?? "", asked), asked, ready: ready && process !== undefined };
}

export function useReport(kind: Kind, search: ReportSearch) {
  const { address, asked, ready } = useAsked(kind, search);
  const query = useQuery(answerAt(address, ready));
  return { address, asked, query };
}

/** Both answers where there is another period, else the one. */
export function shownOf(answer: Answer): Shown {
  if (!("current" in answer && "differences" in answer)) return { alone: answer, beside: null };
  const beside = answer as unknown as Comparison;
  return { alone: beside.current.answer, beside };
}

/** Parameters that this report does not know are left out: an address may come from another report. */
function only(kind: Kind, search: ReportSearch, asked: Asked): Asked {
  const known = new Set<string>([
    ...kind.filters,
    ...Object.keys(kind.options),
    ...kind.days.flatMap((day) => NAMED[day]),
    "from",
    "to",
    ...(kind.past ? ["as_of", "known_at", "customer"] : []),
    ...(kind.comparable ? ["compare_to"] : []),
  ]);
  if (!inCompanyMoney(kind, search)) known.delete("rates");
  const comparable = asked["from"] !== undefined && asked["to"] !== undefined;
  const kept = Object.entries(asked).filter(
    ([name, values]) => known.has(name) && values.length > 0 && (name !== "compare_to" || comparable),
  );
  const options = optionsOf(kind, search);
  return Object.fromEntries(kept.filter(([name, [value]]) => allowed(options, name, value ?? "")));
}

const NAMED: Readonly<Record<Dated, readonly string[]>> = {
  close: ["close_from", "close_to"],
  rates: ["rates"],
  accuracy_at: ["accuracy_at"],
};

/** Rates say something about the company's own money only; what has no choice of money is always in it. */
export const inCompanyMoney = ({ options }: Kind, { money }: ReportSearch): boolean =>
  options.money === undefined || money === "base";

/** A value that this report does not have, such as another one's kind, is not asked for. */
function allowed(options: Options, name: string, value: string): boolean {
  const offered = options[name as keyof Options];
  return offered === undefined || offered.includes(value);
}

function trendOf(process: string, { every, process: _, ...asked }: Asked): string {
  return addressOf(`/api/v1/conformance/${process}/trend`, { ...asked, ...(every && { unit: every }) });
}
