/** When a follow-up is due: the usual choices, at nine in the morning where the reader is. */
export const CHOICES = ["tomorrow", "inThreeDays", "nextWeek", "nextMonth"] as const;
export type DueChoice = (typeof CHOICES)[number];

const DAYS: Readonly<Record<DueChoice, number>> = { tomorrow: 1, inThreeDays: 3, nextWeek: 7, nextMonth: 30 };
const MORNING = 9;

export function dueTime(choice: DueChoice, now = new Date()): string {
  const due = new Date(now.getFullYear(), now.getMonth(), now.getDate() + DAYS[choice], MORNING);
  return due.toISOString();
}
