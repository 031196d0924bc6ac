/** Reads and writes comma separated values as spreadsheets do (RFC 4180); semicolons and tabs are understood as well. */
const SEPARATORS = [",", ";", "\t"] as const;

/** Rows of cells; empty lines are left out. Quoted cells may hold separators, line ends and doubled quotes. */
export function parsedCsv(text: string): string[][] {
  const clean = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  const separator = separatorOf(clean);
  const rows: string[][] = [[]];
  for (const [, quoted, plain = "", end] of clean.matchAll(cellsBetween(separator))) {
    rows.at(-1)?.push(quoted === undefined ? plain : quoted.replaceAll('""', '"') + plain);
    if (end === "\n") rows.push([]);
    if (end === "") break;
  }
  return rows.filter((row) => row.some((cell) => cell.trim() !== ""));
}

/** A cell, in quotes or plain, and what ends it: the separator, the line, or the text. */
const cellsBetween = (separator: string): RegExp =>
  new RegExp(`(?:"((?:[^"]|"")*)"?)?([^${separator}\\n]*)(${separator}|\\n|$)`, "g");

/** The separator that the first line has most of. */
function separatorOf(text: string): string {
  const first = text.slice(0, text.search(/[\r\n]|$/));
  const counts = SEPARATORS.map((each) => first.split(each).length);
  return SEPARATORS[counts.indexOf(Math.max(...counts))] ?? ",";
}

/** Rows as a file that spreadsheets open with the right letters; a cell that could run as a formula is made plain text. */
export function writtenCsv(rows: readonly (readonly string[])[]): string {
  const cell = (text: string) => {
    const plain = /^[=+\-@\t\r]/.test(text) && !/^[+-]?[\d\s().-]+$/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
  };
  return `\uFEFF${rows.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}
