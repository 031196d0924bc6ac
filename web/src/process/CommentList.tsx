/** What was said about a version: by whom, when, resolved or not. */
import { Anchor, Button, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/useFormat";
import { nameOf } from "./drawing";
import { type Comment, type Process, steps, useProcessWrite, type Version } from "./queries";
import { useWho } from "./useWho";

interface ListProps {
  process: Process;
  version: Version;
  comments: readonly Comment[];
  /** Shows what each is about, and leads there. */
  onJump?: (element: string) => void;
}

export function CommentList({ process, version, comments, onJump }: ListProps) {
  const { t } = useTranslation("process");
  const place = { process, number: version.number };
  const resolve = useProcessWrite((comment: Comment) => steps.resolve(place, comment));
  const isOpen = version.status === "draft" || version.status === "in_review";
  if (comments.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t("noComments")}
      </Text>
    );
  }
  return (
    <Stack gap="sm" component="ul" p={0} m={0}>
      {comments.map((comment) => (
        <Stack key={comment.id} gap={2} component="li" style={{ listStyle: "none" }}>
          <Said comment={comment} />
          {onJump && comment.element && (
            <Anchor component="button" size="xs" ta="left" onClick={() => onJump(comment.element ?? "")}>
              {nameOf(version, comment.element)}
            </Anchor>
          )}
          <Text size="sm" td={comment.closed_by ? "line-through" : undefined}>
            {comment.text}
          </Text>
          <Closed comment={comment} />
          {isOpen && (
            <Button
              size="compact-sm"
              variant="light"
              w="fit-content"
              loading={resolve.isPending && resolve.variables.id === comment.id}
              onClick={() => resolve.mutate(comment)}
            >
              {comment.closed_by ? t("reopen") : t("resolve")}
            </Button>
          )}
        </Stack>
      ))}
    </Stack>
  );
}

function Said({ comment }: { comment: Comment }) {
  const who = useWho();
  const format = useFormat();
  return (
    <Group gap={6}>
      <Text size="xs" fw={600}>
        {who(comment.author)}
      </Text>
      <Text size="xs" c="dimmed">
        {format.relative(comment.at)}
      </Text>
    </Group>
  );
}

function Closed({ comment }: { comment: Comment }) {
  const { t } = useTranslation("process");
  const who = useWho();
  const format = useFormat();
  if (!comment.closed_by || !comment.closed_at) return null;
  return (
    <Text size="xs" c="dimmed">
      {t("resolvedBy", { who: who(comment.closed_by), when: format.relative(comment.closed_at) })}
    </Text>
  );
}
