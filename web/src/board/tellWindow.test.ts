import { expect, test, vi } from "vitest";
import { tellWindow } from "./tellWindow";

test("a finger is followed after its card has left the document, and the page does not scroll with it", () => {
  const card = document.body.appendChild(document.createElement("div"));
  const heard = vi.fn((event: Event) => event.preventDefault());
  window.addEventListener("touchmove", heard);
  card.addEventListener("touchstart", (event) => tellWindow(event as TouchEvent));
  card.dispatchEvent(new Event("touchstart"));
  card.dispatchEvent(new Event("touchmove", { bubbles: true }));
  expect(heard).toHaveBeenCalledTimes(1); // by itself
  card.remove();
  const move = new Event("touchmove", { cancelable: true });
  card.dispatchEvent(move);
  expect(heard).toHaveBeenCalledTimes(2);
  expect(move.defaultPrevented).toBe(true);
  card.dispatchEvent(new Event("touchend"));
  card.dispatchEvent(new Event("touchmove"));
  expect(heard).toHaveBeenCalledTimes(2);
  window.removeEventListener("touchmove", heard);
});
