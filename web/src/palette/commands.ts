/** Everything that can be done now: views register their commands, the palette, the keys and the `?` page show them. */
import { useEffect, useSyncExternalStore } from "react";

export interface Command {
  /** Unique, such as "inbox.mark-all-read". */
  id: string;
  label: string;
  /** Under which heading it is listed. */
  group: string;
  run: () => void;
  /** Keys pressed one after another: "g i", or one: "r". Not heard while something is typed in. */
  keys?: string;
  /** More words to find it by. */
  words?: readonly string[];
}

let registered: readonly Command[] = [];
const listeners = new Set<() => void>();

function replace(next: readonly Command[]): void {
  registered = next;
  for (const hear of listeners) hear();
}

/** Offer these commands while the view is there. Give it a list that is kept (useMemo). */
export function useCommands(commands: readonly Command[]): void {
  useEffect(() => {
    replace([...registered, ...commands]);
    return () => replace(registered.filter((each) => !commands.includes(each)));
  }, [commands]);
}

export const commandsNow = (): readonly Command[] => registered;

export function useAllCommands(): readonly Command[] {
  return useSyncExternalStore((hear) => {
    listeners.add(hear);
    return () => listeners.delete(hear);
  }, commandsNow);
}
