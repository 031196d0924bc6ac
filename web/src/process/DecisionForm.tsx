/** A decision: its question and its answers. */
import { Stack, TextInput, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Editor } from "./DrawingTab";
import { type Decision, withChangedDecision } from "./drawing";
import { Leaving } from "./Leaving";

export function DecisionForm({ decision, ...editor }: Editor & { decision: Decision }) {
  const { t } = useTranslation("drawing");
  const rename = (name: string) =>
    editor.edit({
      do: "change",
      change: (now) => withChangedDecision(now, decision.key, { name }),
      typing: `${decision.key}.name`,
    });
  return (
    <Stack gap="sm">
      <Title order={2} size="h5">
        {t("kind.decision")}
      </Title>
      <TextInput
        label={t("question")}
        value={decision.name}
        maxLength={200}
        required
        onChange={(event) => rename(event.currentTarget.value)}
      />
      <Leaving {...editor} from={decision.key} />
    </Stack>
  );
}
