/** Say something about a version, or about one of its elements. */
import { Button, Stack, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Process, steps, useProcessWrite, type Version } from "./queries";

interface BoxProps {
  process: Process;
  version: Version;
  element: string | null;
}

export function CommentBox({ process, version, element }: BoxProps) {
  const { t } = useTranslation("process");
  const [text, setText] = useState("");
  const place = { process, number: version.number };
  const say = useProcessWrite((said: string) => steps.comment(place, said, element));
  return (
    <Stack gap={6}>
      <Textarea
        aria-label={t("comment")}
        placeholder={element ? t("commentElement") : t("comment")}
        value={text}
        autosize
        minRows={2}
        maxLength={2000}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button
        size="xs"
        w="fit-content"
        disabled={!text.trim()}
        loading={say.isPending}
        onClick={() => say.mutate(text.trim(), { onSuccess: () => setText("") })}
      >
        {t("say")}
      </Button>
    </Stack>
  );
}
