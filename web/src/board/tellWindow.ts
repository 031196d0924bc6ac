/**
 * A card that is picked up is taken out of its list, and what a finger does goes to where it began: out of the document.
 * From there it is told to the window, where the drag listens.
 */
export function tellWindow({ target }: TouchEvent): void {
  if (!(target instanceof Element)) return;
  const tell = (event: Event) => {
    if (target.isConnected) return; // then it comes to the window by itself
    const { touches } = event as TouchEvent;
    const told = Object.assign(new Event(event.type, { cancelable: true }), { touches });
    if (!window.dispatchEvent(told)) event.preventDefault();
  };
  const ended = new AbortController();
  const options = { passive: false, signal: ended.signal };
  const last = (event: Event) => {
    tell(event);
    ended.abort();
  };
  target.addEventListener("touchmove", tell, options);
  target.addEventListener("touchend", last, options);
  target.addEventListener("touchcancel", last, options);
}
