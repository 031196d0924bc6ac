import { expect, test } from "vitest";
import { formatFor } from "./useFormat";

const zh = formatFor("zh");
const en = formatFor("en");

test("money keeps every digit of its decimal string", () => {
  expect(en.money({ amount: "12345678901234567.89", currency: "USD" })).toBe("$12,345,678,901,234,567.89");
  expect(zh.money({ amount: "1234.50", currency: "CNY" })).toBe("¥1,234.50");
  expect(en.moneyTight({ amount: "1200.00", currency: "USD" })).toBe("$1,200");
  expect(en.moneyTight({ amount: "1200.50", currency: "USD" })).toBe("$1,200.50");
  expect(zh.moneyShort({ amount: "12000", currency: "CNY" })).toBe("¥1.2万");
});

test("a day is that day wherever one is", () => {
  expect(en.date("2026-01-01")).toBe("Jan 1, 2026");
  expect(zh.date("2026-01-01")).toBe("2026年1月1日");
});

test("times near now are said relative to it", () => {
  const now = new Date("2026-01-02T00:00:00Z");
  expect(en.relative("2026-01-01T00:00:00Z", now)).toBe("yesterday");
  expect(zh.relative("2026-01-02T03:00:00Z", now)).toBe("3小时后");
});

test("a length of time is said in its largest unit, a share in percent", () => {
  expect(en.duration(216_000)).toBe("2.5 days");
  expect(zh.duration(7_200)).toBe("2小时");
  expect(en.percent("0.3592")).toBe("35.9%");
});
