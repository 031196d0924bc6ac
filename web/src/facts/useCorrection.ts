/** Correct fields of a record that others may correct too: what does not collide goes together, the rest is asked. */
import { useCallback, useState } from "react";
import { type FieldConflict, merged } from "~/api/conflict";
import { Problem } from "~/api/problem";

export interface Versioned {
  id: string;
  version: number;
}
export type Fields = Record<string, unknown>;

interface Correcting<T extends Versioned> {
  /** Write these fields of the record as it was seen. */
  change: (wish: { base: T; fields: Fields }) => Promise<unknown>;
  /** The record as it is now. */
  fresh: (id: string) => Promise<T>;
}

interface Open<T> {
  theirs: T;
  mine: Fields;
  conflicts: FieldConflict[];
}

export interface Correction<T extends Versioned> {
  conflicts: readonly FieldConflict[];
  /** Rejects with the Problem of a refusal that is no conflict. */
  save: (base: T, fields: Fields) => Promise<void>;
  choose: (chosen: Fields) => Promise<void>;
  cancel: () => void;
}

export function useCorrection<T extends Versioned>({ change, fresh }: Correcting<T>): Correction<T> {
  const [open, setOpen] = useState<Open<T> | null>(null);
  const save = useCallback(
    async (base: T, fields: Fields): Promise<void> => {
      try {
        await change({ base, fields });
      } catch (fault) {
        if (!(fault instanceof Problem && fault.isConflict)) throw fault;
        const theirs = await fresh(base.id);
        const { mine, conflicts } = merged(base as unknown as Fields, fields, theirs as unknown as Fields);
        if (conflicts.length > 0) setOpen({ theirs, mine, conflicts });
        else if (Object.keys(mine).length > 0) await save(theirs, mine);
      }
    },
    [change, fresh],
  );
  const cancel = useCallback(() => setOpen(null), []);
  const choose = useCallback(
    async (chosen: Fields) => {
      setOpen(null);
      const fields = { ...open?.mine, ...chosen };
      if (open && Object.keys(fields).length > 0) await save(open.theirs, fields);
    },
    [open, save],
  );
  return { conflicts: open?.conflicts ?? [], save, choose, cancel };
}
