import { expect, test } from "vitest";
import { z } from "zod/mini";
import { addressOf, askedBy, reportSearch, searchOf } from "./search";

const QUARTER = { key: "this_quarter", first_day: "2026-10-01", last_day: "2026-12-31" };
const parsed = (search: object) => z.parse(reportSearch, search);

test("a moving period is asked by the days that it means today, and what is only shown is not asked", () => {
  const search = parsed({
    period: "this_quarter",
    owner: ["a", "b"],
    view: "table",
    open: "/x",
    kind: "flow",
  });
  expect(askedBy(search, [QUARTER])).toEqual({
    owner: ["a", "b"],
    kind: ["flow"],
    from: ["2026-10-01"],
    to: ["2026-12-31"],
  });
});

test("one owner in an address is a list of one; what is not understood is left out", () => {
  expect(parsed({ owner: "a", period: 5, nonsense: 1 })).toEqual({ owner: ["a"] });
});

test("the filters of a saved report lead to its page", () => {
  expect(searchOf({ owner: ["a"], group_by: ["team"], as_of: ["2026-01-01T00:00:00Z"] })).toEqual({
    owner: ["a"],
    group_by: "team",
    as_of: "2026-01-01T00:00:00Z",
  });
});

test("several values are said one by one", () => {
  expect(addressOf("/api/v1/reports/won", { owner: ["a", "b"] })).toBe("/api/v1/reports/won?owner=a&owner=b");
  expect(addressOf("/api/v1/reports/won", {})).toBe("/api/v1/reports/won");
});
