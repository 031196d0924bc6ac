import { deflateRawSync } from "node:zlib";
import { expect, test } from "vitest";
import { isXlsx, parsedXlsx } from "./xlsx";

const SHEET = `<worksheet><sheetData>
  <row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><t>Closed</t></is></c></row>
  <row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2"><v>1200.5</v></c><c r="C2" s="1"><v>46053</v></c></row>
  <row r="3"><c r="A3"/></row>
</sheetData></worksheet>`;
const STRINGS =
  "<sst><si><t>Name</t></si><si><r><t>客</t></r><r><t>户</t></r><rPh><t>ke hu</t></rPh></si></sst>";
const STYLES = `<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`;

const numbers = (size: number, values: Readonly<Record<number, number>>) => {
  const block = Buffer.alloc(size);
  for (const [at, value] of Object.entries(values)) block.writeUInt32LE(value, Number(at));
  return block;
};

/** A ZIP archive as spreadsheets write it: files one after another, then their directory. */
function zipped(files: Readonly<Record<string, string>>): Uint8Array {
  const parts: Buffer[] = [];
  const entries: Buffer[] = [];
  for (const [name, text] of Object.entries(files)) {
    const at = parts.reduce((sum, part) => sum + part.length, 0);
    const packed = deflateRawSync(Buffer.from(text));
    parts.push(numbers(30, { 0: 0x04034b50, 8: 8, 26: name.length }), Buffer.from(name), packed);
    entries.push(
      numbers(46, { 0: 0x02014b50, 10: 8, 20: packed.length, 28: name.length, 42: at }),
      Buffer.from(name),
    );
  }
  const begin = parts.reduce((sum, part) => sum + part.length, 0);
  const count = Object.keys(files).length;
  return new Uint8Array(
    Buffer.concat([...parts, ...entries, numbers(22, { 0: 0x06054b50, 10: count, 16: begin })]),
  );
}

test("a spreadsheet is read with its shared strings, empty cells and days", async () => {
  const bytes = zipped({
    "xl/worksheets/sheet1.xml": SHEET,
    "xl/sharedStrings.xml": STRINGS,
    "xl/styles.xml": STYLES,
  });
  expect(isXlsx(bytes)).toBe(true);
  expect(await parsedXlsx(bytes)).toEqual([
    ["Name", "", "Closed"],
    ["客户", "1200.5", "2026-01-31"],
  ]);
});

test("what is no spreadsheet is refused", async () => {
  await expect(parsedXlsx(zipped({ "word/document.xml": "<w/>" }))).rejects.toThrow();
  await expect(parsedXlsx(new Uint8Array(100))).rejects.toThrow();
});
