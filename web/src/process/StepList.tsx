/** Who did what with a version, when and why. */
import { Text, Timeline } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/useFormat";
import type { Version } from "./queries";
import { useWho } from "./useWho";

export function StepList({ steps }: { steps: Version["history"] }) {
  const { t } = useTranslation("process");
  const format = useFormat();
  const who = useWho();
  return (
    <Timeline active={steps.length} bulletSize={12} lineWidth={2}>
      {steps.map(({ what, who: subject, when, why }) => (
        <Timeline.Item key={`${what}-${when}`} title={t(`step.${what}`, { who: who(subject) })}>
          {why && <Text size="sm">{why}</Text>}
          <Text size="xs" c="dimmed">
            {format.dateTime(when)}
          </Text>
        </Timeline.Item>
      ))}
    </Timeline>
  );
}
