import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { affectedBy } from "./affected";

test("every event that a service promises makes something stale", () => {
  const names = ["customer", "pipeline"].flatMap((service) => readdirSync(`../docs/events/${service}`));
  const types = names.map((name) => name.split(".")[0] ?? "");
  expect(types.filter((type) => affectedBy([type]).size === 0)).toEqual([]);
});

test("many events make each thing stale once", () => {
  expect(affectedBy(["DealWon", "DealLost", "Unheard"])).toEqual(new Set(["deals", "board", "timeline"]));
});
