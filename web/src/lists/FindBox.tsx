/** A box for words: the list is asked when one stops typing, and what stands in the address stands in the box. */
import { TextInput, type TextInputProps } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useMemo, useRef, useState } from "react";
import { type Command, useCommands } from "~/palette/commands";

interface FindBoxProps extends Omit<TextInputProps, "value" | "defaultValue" | "onChange"> {
  label: string;
  words: string | undefined;
  onAsk: (words: string | undefined) => void;
  /** Of the list's first box: `/` goes into it, which the palette shows under this heading. */
  group?: string;
}

const SETTLED_MS = 250;

export function FindBox({ label, words, onAsk, group, ...look }: FindBoxProps) {
  const [text, type] = useState(words ?? "");
  const [known, know] = useState(words);
  const box = useFindKey(label, group);
  if (known !== words) {
    know(words);
    if ((words ?? "") !== text.trim()) type(words ?? "");
  }
  const ask = useDebouncedCallback((typed: string) => onAsk(typed.trim() || undefined), SETTLED_MS);
  return (
    <TextInput
      ref={box}
      type="search"
      aria-label={label}
      placeholder={label}
      leftSection={group && <IconSearch size={16} aria-hidden />}
      {...look}
      value={text}
      onChange={(event) => {
        type(event.currentTarget.value);
        ask(event.currentTarget.value);
      }}
    />
  );
}

function useFindKey(label: string, group: string | undefined) {
  const box = useRef<HTMLInputElement>(null);
  const commands = useMemo<Command[]>(
    () => (group ? [{ id: "list.find", group, label, keys: "/", run: () => box.current?.focus() }] : []),
    [group, label],
  );
  useCommands(commands);
  return box;
}
