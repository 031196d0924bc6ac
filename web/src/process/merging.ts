/** Two people drew at one draft: element by element, what can be put together and what somebody has to choose. */
import { type Merged, merged } from "~/api/conflict";
import {
  type Decision,
  type Drawing,
  elementsOf,
  type Move,
  moveId,
  type Note,
  noteId,
  type Stage,
} from "./drawing";

/** The order of the stages, beside their keys. */
export const ORDER = ":order";

type Elements = Record<string, unknown>;

const fieldsOf = (drawing: Drawing): Elements => ({
  ...Object.fromEntries(elementsOf(drawing)),
  [ORDER]: drawing.stages.map(({ key }) => key),
});

/** `base`: as it was read; elements that are gone are null. */
export function mergedDrawings(base: Drawing, mine: Drawing, theirs: Drawing): Merged {
  const [was, wish, now] = [fieldsOf(base), fieldsOf(mine), fieldsOf(theirs)];
  const ids = new Set([...Object.keys(was), ...Object.keys(wish)]);
  const filled = (fields: Elements) => Object.fromEntries([...ids].map((id) => [id, fields[id] ?? null]));
  return merged(filled(was), filled(wish), filled(now));
}

/** Their drawing with these elements of mine in it; null takes one out. */
export function withElements(theirs: Drawing, mine: Elements): Drawing {
  const put = <T>(list: readonly T[], idOf: (each: T) => string, isKind: (each: object) => boolean): T[] => {
    const kept = list
      .filter((each) => mine[idOf(each)] !== null)
      .map((each) => (mine[idOf(each)] as T) ?? each);
    const known = new Set(list.map(idOf));
    const added = Object.entries(mine).filter(
      ([id, each]) => !known.has(id) && each && isKind(each as object),
    );
    return [...kept, ...added.filter(([id]) => id !== ORDER).map(([, each]) => each as T)];
  };
  const stages = put<Stage>(
    theirs.stages,
    ({ key }) => key,
    (each) => "category" in each,
  );
  const order = mine[ORDER] as string[] | undefined;
  return {
    stages: order ? stages.toSorted((one, other) => place(order, one) - place(order, other)) : stages,
    decisions: put<Decision>(
      theirs.decisions,
      ({ key }) => key,
      (each) => "name" in each && !("category" in each),
    ),
    moves: put<Move>(theirs.moves, moveId, (each) => "from_stage" in each),
    notes: put<Note>(theirs.notes, noteId, (each) => "text" in each && "element" in each),
  };
}

const place = (order: readonly string[], { key }: Stage) => {
  const at = order.indexOf(key);
  return at < 0 ? order.length : at;
};
