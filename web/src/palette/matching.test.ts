import { expect, test } from "vitest";
import { matching } from "./matching";

const command = (label: string, words: string[] = []) => ({
  id: label,
  label,
  group: "前往",
  words,
  run: () => {},
});
const commands = [command("看板", ["board"]), command("收件箱", ["inbox"]), command("Mark all as read")];
const labels = (typed: string) => matching(commands, typed).map(({ label }) => label);

test("a command is found by its label in either order of words, its group, or its other name", () => {
  expect(labels("READ all")).toEqual(["Mark all as read"]);
  expect(labels("inbox")).toEqual(["收件箱"]);
  expect(labels("前往 看")).toEqual(["看板"]);
  expect(labels("nothing like it")).toEqual([]);
  expect(labels(" ")).toHaveLength(3);
});
