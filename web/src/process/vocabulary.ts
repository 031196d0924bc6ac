/** The words a drawing is made of, as the service knows them: fields, operators, categories, actions. */
import type { Automation, GuardRow, Stage } from "./drawing";

export const CATEGORIES = ["open", "on_hold", "won", "lost"] as const satisfies Stage["category"][];
export const FORECASTS = ["pipeline", "best_case", "most_likely", "commit", "closed", "omitted"] as const;
export const REQUIRABLE = [
  "customer_id",
  "owner_id",
  "amount",
  "lines",
  "expected_close",
  "source",
  "region",
] as const;
export const SETTABLE = ["source", "region", "expected_close_in_days", "forecast_category"] as const;
export const WHENS = ["enter", "leave", "idle"] as const satisfies Automation["when"][];
export const ACTIONS = ["create_task", "set_field", "assign", "notify"] as const;

export type Operator = GuardRow["operator"];
type Kind = "text" | "number" | "date" | "truth" | "texts";

export const GUARD_FIELDS: Readonly<Record<string, Kind>> = {
  amount: "number",
  probability: "number",
  days_in_stage: "number",
  age_days: "number",
  expected_close: "date",
  currency: "text",
  source: "text",
  region: "text",
  forecast_category: "text",
  name: "text",
  stage: "text",
  customer_id: "text",
  owner_id: "text",
  has_owner: "truth",
  products: "texts",
  checklist: "texts",
};

const PRESENCE: Operator[] = ["is_set", "is_empty"];
const EQUAL: Operator[] = ["=", "!="];
const ORDER: Operator[] = [">=", ">", "<=", "<"];
const OPERATORS: Readonly<Record<Kind, readonly Operator[]>> = {
  text: [...EQUAL, "in", "not_in", "contains", ...PRESENCE],
  number: [...ORDER, ...EQUAL, "in", "not_in", ...PRESENCE],
  date: [...ORDER, ...EQUAL, "in", "not_in", ...PRESENCE],
  truth: EQUAL,
  texts: ["contains", ...PRESENCE],
};

export const operatorsOf = (field: string): readonly Operator[] => OPERATORS[GUARD_FIELDS[field] ?? "text"];
export const kindOf = (field: string): Kind => GUARD_FIELDS[field] ?? "text";
export const takesNoValue = (operator: Operator) => PRESENCE.includes(operator);
export const takesMany = (operator: Operator) => operator === "in" || operator === "not_in";

/** A row after one of its parts was chosen anew: what no longer suits the field is put right. */
export function fittingRow(row: GuardRow): GuardRow {
  const operators = operatorsOf(row.field);
  const operator = operators.includes(row.operator) ? row.operator : (operators[0] ?? "=");
  return { ...row, operator, value: valueFor(operator, row) };
}

function valueFor(operator: Operator, { field, value }: GuardRow): GuardRow["value"] {
  if (takesNoValue(operator)) return null;
  if (takesMany(operator)) return Array.isArray(value) ? value : value ? [value] : [];
  const one = Array.isArray(value) ? (value[0] ?? "") : (value ?? "");
  return kindOf(field) === "truth" && one !== "true" && one !== "false" ? "true" : one;
}
