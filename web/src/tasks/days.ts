/** Days as the reader's calendar has them: 2026-11-26. */
export function dayIn(days: number, now = new Date()): string {
  const day = new Date(now.getFullYear(), now.getMonth(), now.getDate() + days);
  const two = (number: number) => String(number).padStart(2, "0");
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

/** How a task comes again, as the rules that the service takes. */
export const RECURRENCES = {
  never: "",
  daily: "FREQ=DAILY",
  weekdays: "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
  weekly: "FREQ=WEEKLY",
  monthly: "FREQ=MONTHLY",
  yearly: "FREQ=YEARLY",
} as const;
export type Recurrence = keyof typeof RECURRENCES;

/** The name of a rule, null for one that was made elsewhere. */
export function recurrenceOf(rule: string): Recurrence | null {
  const found = Object.entries(RECURRENCES).find(([, text]) => text === rule);
  return found ? (found[0] as Recurrence) : null;
}
