/** From rows of a file to commands: each cell understood, names looked up, a key and an id that repeat with the row. */
import { amountOf, dayOf, kindOf, numberOf } from "./cells";
import { FIELDS, type FieldOf, type Kind } from "./kinds";

export interface Fault {
  /** The field, null where the whole row is meant. */
  field: string | null;
  /** A code that has words, or what the service said. */
  code: string;
  detail?: string;
}

export interface Row {
  /** As spreadsheets count: the headings are row 1. */
  number: number;
  cells: readonly string[];
}

export interface PlannedRow extends Row {
  /** The id of what the row makes. */
  thing: string;
  commands: Record<string, unknown>[];
  faults: Fault[];
}

/** What names in the file stand for; looked up before. */
export interface Lookup {
  /** Small letters → ids: more than one where a name is not unique. */
  people: ReadonlyMap<string, readonly string[]>;
  customers: ReadonlyMap<string, readonly string[]>;
  processId: string | null;
  currency: string;
}

export const folded = (text: string): string => text.trim().toLowerCase();

type Fields = Record<string, unknown>;
type Mapping = readonly (string | null)[];

/** `rounds`: how often what a row made has gone again, so that it makes another thing now. */
export async function planned(
  kind: Kind,
  mapping: Mapping,
  rows: readonly Row[],
  lookup: Lookup,
  rounds: ReadonlyMap<number, number> = new Map(),
): Promise<PlannedRow[]> {
  const seen = new Map<string, number>();
  return Promise.all(
    rows.map(async (row) => {
      const { fields, faults } = understood(kind, mapping, row.cells, lookup);
      const said = JSON.stringify([kind, mapping, row.cells]);
      const times = seen.get(said) ?? 0;
      seen.set(said, times + 1);
      const round = rounds.get(row.number);
      const thing = await repeatableId(`${said}#${times}${round ? `@${round}` : ""}`);
      const commands = faults.length > 0 ? [] : commandsOf(kind, thing, fields, lookup);
      return { ...row, thing, faults, commands };
    }),
  );
}

function understood(
  kind: Kind,
  mapping: Mapping,
  cells: readonly string[],
  lookup: Lookup,
): { fields: Fields; faults: Fault[] } {
  const fields: Fields = {};
  const faults: Fault[] = [];
  for (const field of FIELDS[kind]) {
    const cell = cellOf(field, mapping, cells);
    const meant = cell ? meantBy(field, cell, lookup) : null;
    if (typeof meant === "object" && meant !== null) faults.push(meant);
    else if (meant !== null) fields[field.name] = meant;
    else if (field.required) faults.push({ field: field.name, code: "missing" });
  }
  return { fields, faults };
}

/** What stands under the field's column; "" where it has none. */
function cellOf({ name }: FieldOf, mapping: Mapping, cells: readonly string[]): string {
  const at = mapping.indexOf(name);
  return at < 0 ? "" : (cells[at] ?? "").trim();
}

function meantBy({ name: field, as }: FieldOf, cell: string, lookup: Lookup): string | number | Fault {
  if (as === "text") return cell;
  if (as === "person" || as === "customer") {
    const known = as === "person" ? lookup.people : lookup.customers;
    return only(known, cell) ?? { field, code: unknownOf(known, cell, as) };
  }
  return READERS[as](cell) ?? { field, code: `no-${as}` };
}

const READERS = { number: numberOf, amount: amountOf, day: dayOf, kind: kindOf } as const;

function only(known: ReadonlyMap<string, readonly string[]>, name: string): string | null {
  const ids = known.get(folded(name)) ?? [];
  return ids.length === 1 ? (ids[0] ?? null) : null;
}

const unknownOf = (known: ReadonlyMap<string, readonly string[]>, name: string, what: string): string =>
  (known.get(folded(name))?.length ?? 0) > 1 ? `several-${what}` : `no-${what}`;

function commandsOf(kind: Kind, id: string, fields: Fields, lookup: Lookup): Fields[] {
  const own = { id, idempotency_key: `import-${id}` };
  return COMMANDS[kind](own, fields, lookup);
}

type Commands = (own: { id: string; idempotency_key: string }, fields: Fields, lookup: Lookup) => Fields[];

const COMMANDS: Readonly<Record<Kind, Commands>> = {
  customers: (own, { owner, parent, annual_revenue, currency, ...plain }, lookup) => {
    const revenue = annual_revenue && moneyOf(annual_revenue, currency, lookup);
    const set = filled({ owner_id: owner, parent_id: parent, annual_revenue: revenue });
    return [{ command: "create-customer", ...own, ...plain, ...set }];
  },
  deals: (own, { owner, customer, amount, currency, ...plain }, lookup) => {
    const worth = amount && moneyOf(amount, currency, lookup);
    const set = filled({ owner_id: owner, customer_id: customer, amount: worth });
    return [{ command: "open-deal", ...own, process_id: lookup.processId, ...plain, ...set }];
  },
  contacts: (own, { customer, role, ...plain }) => {
    const add = { command: "add-contact", ...own, ...plain };
    if (!customer) return [add];
    const link = {
      customer_id: customer,
      ...filled({ role }),
      idempotency_key: `${own.idempotency_key}-link`,
    };
    return [add, { command: "link-contact-to-customer", id: own.id, ...link }];
  },
};

const moneyOf = (amount: unknown, currency: unknown, lookup: Lookup) => ({
  amount,
  currency: currency ?? lookup.currency,
});

const filled = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value));

/** The same id for the same row of the same file, so that importing it again makes no doubles. */
async function repeatableId(text: string): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  const hex = [...hash.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const variant = ((Number.parseInt(hex[16] ?? "0", 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20),
  ].join("-");
}
