/** On a phone one stage is in sight, so a card is carried to the names of the stages: which of them the finger is on. */
import type { DropResult } from "@hello-pangea/dnd";
import { useCallback, useEffect, useRef, useState } from "react";

export interface Carried {
  /** A card is in the hand. */
  carrying: boolean;
  /** The stage whose name the finger is on. */
  over: string | null;
  begin: () => void;
  /** The card was let go: where it comes to lie, which is that stage if there is one. */
  end: (result: DropResult) => DropResult;
}

export function useCarried(): Carried {
  const [carrying, carry] = useState(false);
  const [over, mark] = useState<string | null>(null);
  const last = useRef<string | null>(null);
  useEffect(() => {
    if (!carrying) return;
    const follow = ({ clientX, clientY }: PointerEvent) => {
      last.current = stageAt(clientX, clientY);
      mark(last.current);
    };
    const stop = () => window.removeEventListener("pointermove", follow);
    window.addEventListener("pointermove", follow);
    window.addEventListener("pointerup", stop); // the card still glides when the hand is gone
    return () => {
      stop();
      window.removeEventListener("pointerup", stop);
    };
  }, [carrying]);
  const begin = useCallback(() => {
    last.current = null;
    carry(true);
  }, []);
  const end = useCallback((result: DropResult) => {
    carry(false);
    mark(null);
    return landed(result, last.current);
  }, []);
  return { carrying, over, begin, end };
}

/** The stage of which a name is at this place of the screen; the card in the hand lets the pointer through. */
const stageAt = (x: number, y: number): string | null =>
  document.elementFromPoint(x, y)?.closest("[data-stage]")?.getAttribute("data-stage") ?? null;

function landed(result: DropResult, stage: string | null): DropResult {
  if (stage === null || result.reason === "CANCEL") return result;
  return { ...result, destination: { droppableId: stage, index: 0 } };
}
