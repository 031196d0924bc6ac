/** Reads the first sheet of a spreadsheet file (XLSX: XML files in a ZIP archive) as rows of cells. */
const END = 0x06054b50;
const DEFLATED = 8;
const MS_PER_DAY = 86_400_000;
const DAY_ZERO = Date.UTC(1899, 11, 30);
const DATE_FORMATS = new Set([14, 15, 16, 17, 22]);

type Files = Map<string, () => Promise<Document>>;

/** Raises an error for what is no such file. */
export async function parsedXlsx(bytes: Uint8Array): Promise<string[][]> {
  const files = directory(bytes);
  const sheetFile = [...files.keys()].filter((name) => /^xl\/worksheets\/[^/]+\.xml$/.test(name)).sort()[0];
  const sheet = await read(files, sheetFile ?? "");
  if (!sheet) throw new Error("not a spreadsheet");
  const strings = [...((await read(files, "xl/sharedStrings.xml"))?.getElementsByTagName("si") ?? [])].map(
    wordsIn,
  );
  const dates = datesIn(await read(files, "xl/styles.xml"));
  const rows = [...sheet.getElementsByTagName("row")].map((row) => cellsOf(row, strings, dates));
  return rows.filter((row) => row.some((cell) => cell.trim() !== ""));
}

export const isXlsx = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b;

const read = async (files: Files, name: string): Promise<Document | undefined> => files.get(name)?.();

/** Words of an element without how they are pronounced. */
const wordsIn = (element: Element): string =>
  [...element.getElementsByTagName("t")]
    .filter((each) => each.parentElement?.tagName !== "rPh")
    .map((each) => each.textContent)
    .join("");

/** Which styles write a number as a day. */
function datesIn(styles: Document | undefined): Set<string> {
  const own = [...(styles?.getElementsByTagName("numFmt") ?? [])]
    .filter((format) => /[yd]/i.test(format.getAttribute("formatCode") ?? ""))
    .map((format) => Number(format.getAttribute("numFmtId")));
  const all = new Set([...DATE_FORMATS, ...own]);
  const used = [...(styles?.getElementsByTagName("cellXfs")[0]?.getElementsByTagName("xf") ?? [])];
  return new Set(
    used.flatMap((style, at) => (all.has(Number(style.getAttribute("numFmtId"))) ? [String(at)] : [])),
  );
}

function cellsOf(row: Element, strings: string[], dates: Set<string>): string[] {
  const cells: string[] = [];
  for (const cell of row.getElementsByTagName("c")) {
    const at = columnOf(cell.getAttribute("r") ?? "");
    while (cells.length < at) cells.push("");
    cells[at] = cellText(cell, strings, dates);
  }
  return cells;
}

/** "AB12" → 27 */
const columnOf = (place: string): number =>
  [...place.replace(/\d/g, "")].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;

function cellText(cell: Element, strings: string[], dates: Set<string>): string {
  const kind = cell.getAttribute("t");
  if (kind === "inlineStr") return wordsIn(cell);
  const value = cell.getElementsByTagName("v")[0]?.textContent ?? "";
  if (kind === "s") return strings[Number(value)] ?? "";
  if (kind === null && value && dates.has(cell.getAttribute("s") ?? ""))
    return new Date(DAY_ZERO + Number(value) * MS_PER_DAY).toISOString().slice(0, 10);
  return value;
}

/** The files of a ZIP archive by name, unpacked when asked for. */
function directory(bytes: Uint8Array): Files {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== END) end--;
  if (end < 0) throw new Error("not a spreadsheet");
  const files: Files = new Map();
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    const [method, size] = [view.getUint16(at + 10, true), view.getUint32(at + 20, true)];
    const [name, extra, comment] = [28, 30, 32].map((place) => view.getUint16(at + place, true)) as [
      number,
      number,
      number,
    ];
    const local = view.getUint32(at + 42, true);
    const begin = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const packed = bytes.slice(begin, begin + size);
    const path = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + name));
    files.set(path, () => unpacked(packed, method));
    at += 46 + name + extra + comment;
  }
  return files;
}

async function unpacked(packed: Uint8Array<ArrayBuffer>, method: number): Promise<Document> {
  const plain = new Response(packed).body as ReadableStream<Uint8Array<ArrayBuffer>>;
  const stream = method === DEFLATED ? plain.pipeThrough(new DecompressionStream("deflate-raw")) : plain;
  return new DOMParser().parseFromString(await new Response(stream).text(), "application/xml");
}
