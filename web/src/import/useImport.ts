/** The steps of an import: a file, which column is what, tried row by row, then written. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { everybody } from "~/people/queries";
import { useRefused } from "~/states/useRefused";
import { parsedCsv } from "./csv";
import { decoded, type Encoding } from "./decoded";
import { guessed, type Kind } from "./kinds";
import { lookedUp, processesToImportInto } from "./lookup";
import { planned, type Row } from "./plan";
import { type Outcome, tried as triedRows, written } from "./run";
import { madeBy, type TakenBack, takenBack, type Way } from "./undo";
import { isXlsx, parsedXlsx } from "./xlsx";

export interface Table {
  file: string;
  encoding: Encoding | "xlsx";
  headings: readonly string[];
  rows: readonly Row[];
}

export interface Tried {
  outcomes: readonly Outcome[];
  written: boolean;
  undone: TakenBack | null;
}

export const MOST_ROWS = 20_000;

export function useImport(kind: Kind) {
  const client = useQueryClient();
  const refused = useRefused();
  const people = useQuery(everybody).data ?? [];
  const processes = (useQuery({ ...processesToImportInto, enabled: kind === "deals" }).data ?? []) as {
    id: string;
    name: string;
  }[];
  const [table, setTable] = useState<Table | null>(null);
  const [mapping, setMapping] = useState<readonly (string | null)[]>([]);
  const [processId, setProcess] = useState<string | null>(null);
  const [currency, setCurrency] = useState("CNY");
  const [tried, setTried] = useState<Tried | null>(null);
  const [progress, setProgress] = useState<number | null>(null);
  const process = processId ?? processes[0]?.id ?? null;

  const choose = async (file: File) => {
    const read = await tableOf(file);
    setTable(read);
    setMapping(guessed(kind, read.headings));
    setTried(null);
  };
  const go = async (step: () => Promise<Tried | null>) => {
    setProgress(0);
    try {
      const next = await step();
      setTried(next);
      if (next?.written) await client.invalidateQueries({ queryKey: [kind] });
    } catch (fault) {
      refused(fault);
    } finally {
      setProgress(null);
    }
  };
  const tryIt = async (anew: boolean): Promise<Tried | null> => {
    if (!table) return null;
    const lookup = await lookedUp(mapping, table.rows, { people, processId: process, currency });
    const plan = (rounds: ReadonlyMap<number, number>) => planned(kind, mapping, table.rows, lookup, rounds);
    return { outcomes: await triedRows(kind, plan, anew, setProgress), written: false, undone: null };
  };
  const write = async (): Promise<Tried | null> =>
    tried && { outcomes: await written(kind, tried.outcomes, setProgress), written: true, undone: null };
  const undo = async (way: Way): Promise<Tried | null> =>
    tried && { ...tried, undone: await takenBack(kind, way, madeBy(tried.outcomes), setProgress) };
  const change =
    <T>(set: (value: T) => void) =>
    (value: T) => {
      set(value);
      setTried(null);
    };
  return {
    table,
    mapping,
    tried,
    progress,
    processes,
    process,
    currency,
    choose,
    map: change(setMapping),
    setProcess: change(setProcess),
    setCurrency: change(setCurrency),
    tryIt: (anew = false) => go(() => tryIt(anew)),
    write: () => go(write),
    undo: (way: Way) => go(() => undo(way)),
    again: () => {
      setTable(null);
      setTried(null);
    },
  };
}

export type Import = ReturnType<typeof useImport>;

async function tableOf(file: File): Promise<Table> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const { cells, encoding } = await cellsOf(bytes);
  const [headings = [], ...rows] = cells;
  return {
    file: file.name,
    encoding,
    headings,
    rows: rows.map((row, at) => ({ number: at + 2, cells: row })),
  };
}

async function cellsOf(bytes: Uint8Array): Promise<{ cells: string[][]; encoding: Table["encoding"] }> {
  if (isXlsx(bytes)) return { cells: await parsedXlsx(bytes), encoding: "xlsx" };
  const { text, encoding } = decoded(bytes);
  return { cells: parsedCsv(text), encoding };
}
