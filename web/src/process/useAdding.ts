/** Add an element behind the chosen one, and choose it. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type Drawing, elementsOf, freeKey, newStage, noteId, withDecision, withStage } from "./drawing";
import type { Edit } from "./editing";

export interface Adding {
  stage: () => void;
  decision: () => void;
  note: () => void;
}

export function useAdding(
  drawing: Drawing,
  edit: (edit: Edit) => void,
  selected: string | null,
  select: (id: string | null) => void,
): Adding {
  const { t } = useTranslation("drawing");
  return useMemo(() => {
    const put = (change: (now: Drawing) => Drawing, id: string) => {
      edit({ do: "change", change });
      select(id);
    };
    const keyed = [...drawing.stages, ...drawing.decisions];
    return {
      stage: () => {
        const key = freeKey(keyed, "stage");
        const name = t("newStage", { number: key.replace("stage-", "") });
        put((now) => withStage(now, newStage(key, name), selected), key);
      },
      decision: () => {
        const key = freeKey(keyed, "decision");
        const name = t("newDecision", { number: key.replace("decision-", "") });
        put((now) => withDecision(now, { key, name }, selected), key);
      },
      note: () => {
        const key = freeKey(drawing.notes, "note");
        const about = selected && elementsOf(drawing).has(selected) && !selected.startsWith("note:");
        const note = { key, text: t("newNote"), element: about ? selected : null };
        put((now) => ({ ...now, notes: [...now.notes, note] }), noteId(note));
      },
    };
  }, [drawing, edit, selected, select, t]);
}
