/** Two people changed one thing: which fields they both changed, and what can be put together without asking. */
type Fields = Readonly<Record<string, unknown>>;

export interface FieldConflict {
  field: string;
  base: unknown;
  mine: unknown;
  theirs: unknown;
}

export interface Merged {
  /** What is still to be written: my changes of fields that they left alone. */
  mine: Record<string, unknown>;
  /** Fields that both changed, differently: the reader chooses. */
  conflicts: FieldConflict[];
}

/** `base`: as I read it; `mine`: the fields I changed; `theirs`: as it is now. */
export function merged(base: Fields, mine: Fields, theirs: Fields): Merged {
  const result: Merged = { mine: {}, conflicts: [] };
  for (const [field, wish] of Object.entries(mine)) {
    if (same(wish, theirs[field]) || same(wish, base[field])) continue;
    if (same(base[field], theirs[field])) result.mine[field] = wish;
    else result.conflicts.push({ field, base: base[field], mine: wish, theirs: theirs[field] });
  }
  return result;
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
