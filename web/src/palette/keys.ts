/** Single keys and short sequences run commands, except while typing; they can be switched off (WCAG 2.1.4). */
import { useLocalStorage } from "@mantine/hooks";
import { useEffect } from "react";
import { commandsNow } from "./commands";

const TOGETHER_MS = 1000;
const TYPING = "input, textarea, select, [contenteditable='true'], [role='textbox'], [role='combobox']";

export function useKeysSwitch() {
  return useLocalStorage({ key: "flowline-keys", defaultValue: true });
}

/** Hears keys for as long as it is mounted. */
export function useCommandKeys(enabled: boolean): void {
  useEffect(() => {
    if (!enabled) return;
    let pressed: { key: string; at: number } | null = null;
    const hear = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const sequence =
        pressed && event.timeStamp - pressed.at < TOGETHER_MS ? `${pressed.key} ${event.key}` : "";
      const found = commandsNow().find(({ keys }) => keys && (keys === sequence || keys === event.key));
      pressed = { key: event.key, at: event.timeStamp };
      if (!found) return;
      event.preventDefault();
      pressed = null;
      found.run();
    };
    window.addEventListener("keydown", hear);
    return () => window.removeEventListener("keydown", hear);
  }, [enabled]);
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest(`${TYPING}, [role='dialog']`) !== null;
