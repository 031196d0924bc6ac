/** Everything about the chosen element: to be changed in a draft, to be read otherwise, and what is said about it. */
import { Card, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useRole } from "~/session/SessionContext";
import { CommentBox } from "./CommentBox";
import { CommentList } from "./CommentList";
import { DecisionForm } from "./DecisionForm";
import type { Editor } from "./DrawingTab";
import { moveId, noteId } from "./drawing";
import { MoveForm } from "./MoveForm";
import { NoteForm } from "./NoteForm";
import classes from "./Process.module.css";
import type { Process, Version } from "./queries";
import { StageForm } from "./StageForm";

interface InspectorProps extends Editor {
  process: Process;
  version: Version;
}

export function Inspector(props: InspectorProps) {
  const { t } = useTranslation("drawing");
  const { selected, canEdit, process, version } = props;
  const reviews = useRole("admin", "manager");
  if (selected === null) {
    return (
      <Text size="sm" c="dimmed">
        {canEdit ? t("chooseToEdit") : t("choose")}
      </Text>
    );
  }
  const said = version.comments.filter(({ element }) => element === selected);
  const isOpen = version.status === "draft" || version.status === "in_review";
  return (
    <Card withBorder padding="sm">
      <fieldset className={classes["plain"]} disabled={!canEdit}>
        <Form {...props} selected={selected} />
      </fieldset>
      {reviews && !selected.startsWith("note:") && (
        <Stack gap="xs" mt="md">
          <Title order={3} size="h6">
            {t("comments")}
          </Title>
          <CommentList process={process} version={version} comments={said} />
          {isOpen && <CommentBox process={process} version={version} element={selected} />}
        </Stack>
      )}
    </Card>
  );
}

function Form(props: Editor & { selected: string }) {
  const { drawing, selected } = props;
  const stage = drawing.stages.find(({ key }) => key === selected);
  if (stage) return <StageForm key={selected} {...props} stage={stage} />;
  const decision = drawing.decisions.find(({ key }) => key === selected);
  if (decision) return <DecisionForm key={selected} {...props} decision={decision} />;
  const move = drawing.moves.find((each) => moveId(each) === selected);
  if (move) return <MoveForm key={selected} {...props} move={move} />;
  const note = drawing.notes.find((each) => noteId(each) === selected);
  return note ? <NoteForm key={selected} {...props} note={note} /> : null;
}
