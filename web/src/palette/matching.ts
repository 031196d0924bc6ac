/** Which commands fit some words: every word is in the label, the group or the command's own words. */
import type { Command } from "./commands";

export function matching(commands: readonly Command[], typed: string): readonly Command[] {
  const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return commands;
  return commands.filter(({ label, group, words = [] }) => {
    const text = [label, group, ...words].join(" ").toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}
