import type { DropResult } from "@hello-pangea/dnd";
import { act, renderHook } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { useCarried } from "./useCarried";

afterEach(() => document.body.replaceChildren());

const result: DropResult = {
  draggableId: "deal",
  type: "DEFAULT",
  mode: "FLUID",
  reason: "DROP",
  combine: null,
  source: { droppableId: "qualify", index: 0 },
  destination: { droppableId: "qualify", index: 0 },
};

function nameOf(stage: string): Element {
  const name = document.body.appendChild(document.createElement("button"));
  name.dataset["stage"] = stage;
  return name.appendChild(document.createElement("span"));
}

const fingerOn = (place: Element | null) => {
  document.elementFromPoint = vi.fn(() => place);
  act(() => void window.dispatchEvent(new MouseEvent("pointermove")));
};

test("a card let go on the name of a stage lies there, beside every name it stays where it was dropped", () => {
  const hand = renderHook(useCarried);
  const won = nameOf("won");
  act(() => hand.result.current.begin());
  fingerOn(won);
  expect(hand.result.current.over).toBe("won");
  act(() => void window.dispatchEvent(new MouseEvent("pointerup")));
  fingerOn(null); // the next touch is no part of it
  expect(hand.result.current.end(result).destination?.droppableId).toBe("won");
  act(() => hand.result.current.begin());
  fingerOn(won);
  fingerOn(document.body);
  expect(hand.result.current.end(result)).toBe(result);
});

test("a card that is given back goes nowhere", () => {
  const hand = renderHook(useCarried);
  act(() => hand.result.current.begin());
  fingerOn(nameOf("won"));
  const given: DropResult = { ...result, reason: "CANCEL" };
  expect(hand.result.current.end(given)).toBe(given);
});
