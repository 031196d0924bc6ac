/** What a cell becomes; null where it cannot be understood. */
const COMPANY = new Set(["company", "公司", "企业", "单位"]);
const PERSON = new Set(["person", "individual", "个人"]);

/** "1,234.50" and "¥ 1 234,5" are no guesses: separators of thousands go, a comma of decimals is refused. */
export function amountOf(cell: string): string | null {
  const digits = cell.replace(/[¥￥$€£\s]/g, "").replace(/,(?=\d{3}(\D|$))/g, "");
  return /^-?\d+(\.\d+)?$/.test(digits) ? digits : null;
}

export function numberOf(cell: string): number | null {
  const amount = amountOf(cell);
  return amount !== null && /^\d+(\.0+)?$/.test(amount) ? Number(amount) : null;
}

/** 2026-01-31, 2026/1/31, 2026.1.31, 2026年1月31日 and 20260131; the order of day and month is never guessed. */
export function dayOf(cell: string): string | null {
  const parts = /^(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))(?:[T\s].*)?$/.exec(
    cell.trim(),
  );
  if (!parts) return null;
  const [year, month, day] = [parts[1], parts[2] ?? parts[4], parts[3] ?? parts[5]].map(Number) as [
    number,
    number,
    number,
  ];
  const date = new Date(Date.UTC(year, month - 1, day));
  const real = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return real ? date.toISOString().slice(0, 10) : null;
}

export function kindOf(cell: string): "company" | "person" | null {
  const said = cell.trim().toLowerCase();
  if (COMPANY.has(said)) return "company";
  return PERSON.has(said) ? "person" : null;
}
