import { expect, test } from "vitest";
import type { StoryEntry } from "../queries";
import { pathOf } from "./path";
import { momentsOf, stopAt } from "./TimeSlider";

const entry = (day: number, stage?: string) =>
  ({
    occurred_at: `2026-11-0${day}T00:00:00Z`,
    after: stage ? { stage: { key: stage } } : {},
  }) as unknown as StoryEntry;

const story = [entry(1, "new"), entry(2), entry(3, "talk"), entry(3), entry(4, "new")];

test("the path is every stage entered, up to the instant that is looked at", () => {
  expect(pathOf(story)).toEqual(["new", "talk", "new"]);
  expect(pathOf(story, "2026-11-03T00:00:00Z")).toEqual(["new", "talk"]);
});

test("the slider stops once at every moment, and at the last one before an instant", () => {
  const moments = momentsOf(story);
  expect(moments).toHaveLength(4);
  expect(stopAt(moments, "2026-11-03T12:00:00Z")).toBe(2);
  expect(stopAt(moments, "2026-01-01T00:00:00Z")).toBe(0);
});
