import { expect, test } from "vitest";
import { dayIn, recurrenceOf } from "./days";

test("a day stays in the reader's calendar, also across months", () => {
  expect(dayIn(0, new Date(2026, 0, 31, 23, 59))).toBe("2026-01-31");
  expect(dayIn(1, new Date(2026, 0, 31, 23, 59))).toBe("2026-02-01");
});

test("a rule is known by its name, one from elsewhere is not", () => {
  expect(recurrenceOf("FREQ=WEEKLY")).toBe("weekly");
  expect(recurrenceOf("FREQ=WEEKLY;INTERVAL=2")).toBeNull();
});
