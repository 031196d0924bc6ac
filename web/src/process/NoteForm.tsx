/** A note: its text, and what it is about. */
import { Select, Stack, Textarea, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Editor } from "./DrawingTab";
import { elementsOf, type Note, nameOf, withChangedNote } from "./drawing";

export function NoteForm({ note, drawing, edit }: Editor & { note: Note }) {
  const { t } = useTranslation("drawing");
  const change = (part: Partial<Note>, typing?: string) =>
    edit({
      do: "change",
      change: (now) => withChangedNote(now, note.key, part),
      ...(typing && { typing: `${note.key}.${typing}` }),
    });
  const about = [...elementsOf(drawing).keys()].filter((id) => !id.startsWith("note:"));
  return (
    <Stack gap="sm">
      <Title order={2} size="h5">
        {t("kind.note")}
      </Title>
      <Textarea
        label={t("text")}
        value={note.text}
        autosize
        minRows={2}
        maxLength={2000}
        required
        onChange={(event) => change({ text: event.currentTarget.value }, "text")}
      />
      <Select
        label={t("about")}
        placeholder={t("aboutAll")}
        value={note.element}
        clearable
        searchable
        data={about.map((id) => ({ value: id, label: nameOf(drawing, id) }))}
        onChange={(element) => change({ element })}
      />
    </Stack>
  );
}
