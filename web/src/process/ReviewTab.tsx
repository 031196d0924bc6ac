/** The review of a version: all comments, the open ones first, and every step that was taken. */
import { SimpleGrid, Stack, Title } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { CommentBox } from "./CommentBox";
import { CommentList } from "./CommentList";
import type { Process, Version } from "./queries";
import { StepList } from "./StepList";

export function ReviewTab({ process, version }: { process: Process; version: Version }) {
  const { t } = useTranslation("process");
  const navigate = useNavigate({ from: "/processes/$processId" });
  const isOpen = version.status === "draft" || version.status === "in_review";
  const ordered = version.comments.toSorted(
    (one, other) => Number(one.closed_by !== null) - Number(other.closed_by !== null),
  );
  const jump = (element: string) => void navigate({ search: (now) => ({ ...now, tab: "drawing", element }) });
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }}>
      <Stack>
        <Title order={2} size="h4">
          {t("comments")}
        </Title>
        <CommentList process={process} version={version} comments={ordered} onJump={jump} />
        {isOpen && <CommentBox process={process} version={version} element={null} />}
      </Stack>
      <Stack>
        <Title order={2} size="h4">
          {t("history")}
        </Title>
        <StepList steps={version.history} />
      </Stack>
    </SimpleGrid>
  );
}
