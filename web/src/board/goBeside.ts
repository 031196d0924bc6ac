/** Arrow keys lead the focus from card to card: up and down in a stage, sideways to the card at the same height. */
export function goBeside(card: HTMLElement, key: string): boolean {
  const target = TOWARDS[key]?.(card);
  target?.focus();
  return target !== undefined && target !== null;
}

type Towards = (card: HTMLElement) => HTMLElement | null;

const CARDS = "[data-card]";

const TOWARDS: Readonly<Record<string, Towards>> = {
  ArrowDown: (card) => alongside(card, 1),
  ArrowUp: (card) => alongside(card, -1),
  ArrowRight: (card) => sideways(card, 1),
  ArrowLeft: (card) => sideways(card, -1),
};

function alongside(card: HTMLElement, by: 1 | -1): HTMLElement | null {
  const here = topOf(card);
  const there = cardsOf(card.parentElement).filter((each) => (topOf(each) - here) * by > 0);
  return nearest(there, here);
}

/** In the next stage that has cards in sight. */
function sideways(card: HTMLElement, by: 1 | -1): HTMLElement | null {
  const lists = [...document.querySelectorAll<HTMLElement>("[data-rfd-droppable-id]")];
  const at = lists.findIndex((list) => list.contains(card));
  const further = by > 0 ? lists.slice(at + 1) : lists.slice(0, at).reverse();
  const list = further.find((each) => each.querySelector(CARDS));
  return list ? nearest(cardsOf(list), topOf(card)) : null;
}

const cardsOf = (place: Element | null) => [...(place?.querySelectorAll<HTMLElement>(CARDS) ?? [])];
const topOf = (card: HTMLElement) => card.getBoundingClientRect().top;

function nearest(cards: HTMLElement[], top: number): HTMLElement | null {
  const distance = (card: HTMLElement) => Math.abs(topOf(card) - top);
  return cards.reduce<HTMLElement | null>(
    (best, card) => (best && distance(best) <= distance(card) ? best : card),
    null,
  );
}
