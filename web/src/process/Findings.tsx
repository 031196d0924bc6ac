/** What keeps the drawing from review, and what to think of; each leads to its element. */
import { Alert, Stack, Text, UnstyledButton } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { type Drawing, nameOf } from "./drawing";
import type { Found } from "./found";
import classes from "./Process.module.css";

interface FindingsProps {
  found: readonly Found[];
  drawing: Drawing;
  onJump: (element: string) => void;
}

export function Findings({ found, drawing, onJump }: FindingsProps) {
  const { t } = useTranslation("drawing");
  const faults = found.filter(({ warning }) => !warning).length;
  const [colour, Icon] =
    faults > 0
      ? (["orange", IconAlertTriangle] as const)
      : found.length > 0
        ? (["blue", IconInfoCircle] as const)
        : (["teal", IconCircleCheck] as const);
  const title = found.length === 0 ? t("sound") : t("findings", { count: found.length });
  return (
    <Alert
      color={colour}
      variant="light"
      title={title}
      icon={<Icon />}
      p="sm"
      role="status"
      aria-live="polite"
    >
      {found.length > 0 && (
        <Stack gap={0}>
          {found.map((each, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two findings may be word for word the same
            <One key={`${each.code}-${each.element}-${at}`} found={each} drawing={drawing} onJump={onJump} />
          ))}
        </Stack>
      )}
    </Alert>
  );
}

/** In the reader's words where we have them for its code; the service's sentence tells what only it knows. */
function One({
  found,
  drawing,
  onJump,
}: {
  found: Found;
  drawing: Drawing;
  onJump: (element: string) => void;
}) {
  const { t, i18n } = useTranslation("drawing");
  const { code, element, sentence } = found;
  const name = element === null ? "" : nameOf(drawing, element);
  const known = i18n.exists(`drawing:finding.${code}`);
  const text = known ? t(`finding.${code}`, { name }) : sentence;
  if (element === null) return <Text size="sm">{text}</Text>;
  return (
    <UnstyledButton className={classes["element"] ?? ""} onClick={() => onJump(element)}>
      <Text size="sm">{text}</Text>
      {DETAILED.has(code) && (
        <Text size="xs" c="dimmed">
          {sentence}
        </Text>
      )}
    </UnstyledButton>
  );
}

const DETAILED = new Set(["guard-refused", "guard-caution", "automation-action", "shape"]);
