/** The keys of the editor: undo, redo, save, delete, add, move in the order. Not heard while something is typed. */
import { useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type Command, useCommands } from "~/palette/commands";
import { without, withStageMoved } from "./drawing";
import type { Edit, Edited } from "./editing";
import { useAdding } from "./useAdding";

interface Keys {
  enabled: boolean;
  edited: Edited;
  edit: (edit: Edit) => void;
  selected: string | null;
  select: (id: string | null) => void;
  save: () => void;
}

const NOTHING: Command[] = [];

export function useEditorKeys({ enabled, edited, edit, selected, select, save }: Keys): void {
  const { t } = useTranslation("drawing");
  const add = useAdding(edited.drawing, edit, selected, select);
  const commands = useMemo<Command[]>(() => {
    if (!enabled) return NOTHING;
    const group = t("editor");
    const move = (by: -1 | 1) => () =>
      selected && edit({ do: "change", change: (now) => withStageMoved(now, selected, by) });
    const remove = () => {
      if (!selected) return;
      edit({ do: "change", change: (now) => without(now, selected) });
      select(null);
    };
    return [
      { id: "drawing.stage", group, label: t("addStage"), keys: "s", run: add.stage },
      { id: "drawing.decision", group, label: t("addDecision"), keys: "d", run: add.decision },
      { id: "drawing.note", group, label: t("addNote"), keys: "n", run: add.note },
      { id: "drawing.delete", group, label: t("remove"), keys: "Delete", run: remove },
      { id: "drawing.up", group, label: t("moveUp"), keys: "[", run: move(-1) },
      { id: "drawing.down", group, label: t("moveDown"), keys: "]", run: move(1) },
      { id: "drawing.undo", group, label: t("undo"), keys: "⌘/Ctrl Z", run: () => edit({ do: "undo" }) },
      { id: "drawing.redo", group, label: t("redo"), keys: "⌘/Ctrl ⇧ Z", run: () => edit({ do: "redo" }) },
      { id: "drawing.save", group, label: t("save"), keys: "⌘/Ctrl S", run: save },
    ];
  }, [enabled, t, add, edit, selected, select, save]);
  useCommands(commands);
  useChords(enabled, edit, save);
}

/** Keys with cmd or ctrl, which single keys (and their switch) are not about. */
function useChords(enabled: boolean, edit: (edit: Edit) => void, save: () => void): void {
  useEffect(() => {
    if (!enabled) return;
    const hear = (event: KeyboardEvent) => {
      const run = chordOf(event, edit, save);
      if (!run) return;
      event.preventDefault();
      run();
    };
    window.addEventListener("keydown", hear);
    return () => window.removeEventListener("keydown", hear);
  }, [enabled, edit, save]);
}

/** What these keys mean: cmd-s keeps, cmd-z undoes, with shift it redoes; in a field cmd-z is the field's own. */
function chordOf(event: KeyboardEvent, edit: (edit: Edit) => void, save: () => void): (() => void) | null {
  if (!event.ctrlKey && !event.metaKey) return null;
  const key = event.key.toLowerCase();
  if (key === "s") return save;
  if (key !== "z" || isTyping(event.target)) return null;
  return () => edit({ do: event.shiftKey ? "redo" : "undo" });
}

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.closest("textarea, input:not([type='checkbox'])") !== null;
