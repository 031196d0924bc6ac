/** What an entry of a timeline says: the words that stand in its sentence, and old and new values of what changed. */
import type { TFunction } from "i18next";
import type { Format, Money } from "~/i18n/useFormat";
import type { Entry } from "./queries";

export interface Reading {
  t: TFunction;
  format: Format;
  /** A colleague's name by id. */
  nameOf: (id: unknown) => string;
}

export interface Told {
  field: string;
  before: string;
  after: string;
}

interface Change {
  before?: unknown;
  after?: unknown;
}

/** One sentence, in the reader's language; an event that came later than this client is told by its name. */
export function sentence(entry: Entry, reading: Reading): string {
  const { t } = reading;
  const values = wordsOf(entry, reading);
  return t(`timeline:event.${entry.type}`, { ...values, defaultValue: entry.type });
}

function wordsOf(
  { subject, details, changes, ...entry }: Entry,
  { t, format, nameOf }: Reading,
): Record<string, string> {
  const person = (id: unknown) => nameOf(id) || t("timeline:nobody");
  const said = (name: string) => textOf(details[name]);
  const stage = changes["stage"] as Change | undefined;
  const day = said("due_at") || said("due") || said("after");
  return {
    subject: subject ?? said("name"),
    kind: said("kind") && t(`activities:kind.${said("kind")}`),
    owner: person(
      details["owner_id"] ?? details["assignee_id"] ?? (changes["owner"] as Change | undefined)?.after,
    ),
    role: said("role"),
    outcome: said("outcome"),
    reason: said("reason"),
    day: day && format.date(day.length > 10 ? new Date(day) : day),
    from: nameIn(stage?.before),
    to: nameIn(stage?.after),
    amount: moneyOf((changes["amount"] as Change | undefined)?.after, format),
    fields: Object.keys(changes)
      .map((field) => fieldName(field, t))
      .join(t("timeline:comma")),
    context: contextOf(entry.type, details),
  };
}

/** Which of an event's sentences: with or without what it may say. */
function contextOf(type: string, details: Record<string, unknown>): string {
  if (type === "ContactLinkedToCustomer") return details["role"] ? "role" : "";
  if (type === "ActivityCompleted" || type === "TaskCompleted") return details["outcome"] ? "outcome" : "";
  if (type === "DealLost" || type === "TaskCancelled") return details["reason"] ? "reason" : "";
  return "";
}

// an id of the customer above would say nothing
const ALWAYS_IN_THE_SENTENCE = new Set(["stage", "owner", "parent_id"]);

/** What changed from what to what, where the sentence does not say it. */
export function changesOf({ changes, type }: Entry, reading: Reading): Told[] {
  if (type === "DealOpened" || type === "DealWon") return [];
  return Object.entries(changes)
    .filter(([field]) => !ALWAYS_IN_THE_SENTENCE.has(field))
    .map(([field, change]) => {
      const { before, after } = change as Change;
      return {
        field: fieldName(field, reading.t),
        before: shown(before, reading),
        after: shown(after, reading),
      };
    });
}

const fieldName = (field: string, t: TFunction): string =>
  t(`timeline:field.${field}`, { defaultValue: field });

function shown(value: unknown, { format, nameOf }: Reading): string {
  const money = moneyOf(value, format);
  if (money) return money;
  if (typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value)) return format.date(value);
  return textOf(nameOf(value) || nameIn(value) || value) || "—";
}

function moneyOf(value: unknown, format: Format): string {
  const money = value as Partial<Money> | null | undefined;
  return money?.amount !== undefined && money.currency
    ? format.money({ amount: money.amount, currency: money.currency })
    : "";
}

const nameIn = (value: unknown): string => textOf((value as { name?: unknown } | null | undefined)?.name);

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
