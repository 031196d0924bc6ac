import { expect, test } from "vitest";
import { parsedCsv, writtenCsv } from "./csv";

test("quoted cells hold separators, line ends and quotes", () => {
  expect(parsedCsv('name,notes\r\n"Acme, Inc.","said ""yes""\nand left"\r\n')).toEqual([
    ["name", "notes"],
    ["Acme, Inc.", 'said "yes"\nand left'],
  ]);
});

test("semicolons and tabs separate as well, empty lines and the mark of the order of bytes are left out", () => {
  expect(parsedCsv("\uFEFFname;city\n\nAcme;Bonn")).toEqual([
    ["name", "city"],
    ["Acme", "Bonn"],
  ]);
  expect(parsedCsv("name\tcity\nAcme, Inc\tBonn")[1]).toEqual(["Acme, Inc", "Bonn"]);
});

test("what is written reads as it was, and no cell becomes a formula", () => {
  const rows = [
    ["a", 'with "quotes"'],
    ["line\nend", "客户"],
  ];
  expect(parsedCsv(writtenCsv(rows))).toEqual(rows);
  expect(writtenCsv([["=1+1", "-5.20", "+86 138"]])).toContain("'=1+1,-5.20,+86 138");
});
