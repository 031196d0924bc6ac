/** A box for words: the list is asked when one stops typing, and what stands in the address stands in the box. */
import { TextInput, type TextInputProps } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useState } from "react";

interface FindBoxProps extends Omit<TextInputProps, "value" | "defaultValue" | "onChange"> {
  label: string;
  words: string | undefined;
  onAsk: (words: string | undefined) => void;
}

const SETTLED_MS = 250;

export function FindBox({ label, words, onAsk, ...look }: FindBoxProps) {
  const [text, type] = useState(words ?? "");
  const [known, know] = useState(words);
  if (known !== words) {
    know(words);
    if ((words ?? "") !== text.trim()) type(words ?? "");
  }
  const ask = useDebouncedCallback((typed: string) => onAsk(typed.trim() || undefined), SETTLED_MS);
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={label}
      {...look}
      value={text}
      onChange={(event) => {
        type(event.currentTarget.value);
        ask(event.currentTarget.value);
      }}
    />
  );
}
