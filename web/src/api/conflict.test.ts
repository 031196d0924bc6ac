import { expect, test } from "vitest";
import { merged } from "./conflict";

const base = { name: "Acme", city: "Bonn", size: 3 };

test("changes of different fields go together without asking", () => {
  expect(merged(base, { city: "Köln" }, { ...base, name: "Acme AG" })).toEqual({
    mine: { city: "Köln" },
    conflicts: [],
  });
});

test("a field that both changed is for the reader to choose", () => {
  const { mine, conflicts } = merged(base, { city: "Köln", size: 4 }, { ...base, city: "Ulm" });
  expect(mine).toEqual({ size: 4 });
  expect(conflicts).toEqual([{ field: "city", base: "Bonn", mine: "Köln", theirs: "Ulm" }]);
});

test("the same wish twice is no conflict", () => {
  expect(merged(base, { city: "Ulm" }, { ...base, city: "Ulm" })).toEqual({ mine: {}, conflicts: [] });
});
