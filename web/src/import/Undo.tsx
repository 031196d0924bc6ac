/** The way back from an import: asked once more before it is gone, and what became of it told by numbers. */
import { Button, Group, Text } from "@mantine/core";
import { IconArrowBackUp } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useRole } from "~/session/SessionContext";
import type { Kind } from "./kinds";
import { type TakenBack, type Way, wayFor } from "./undo";
import type { Import } from "./useImport";

interface UndoProps {
  kind: Kind;
  /** How many things the import made. */
  made: number;
  run: Import;
  undone: TakenBack | null;
}

export function Undo({ kind, made, run, undone }: UndoProps) {
  const { t } = useTranslation("import");
  const way = wayFor(kind, useRole("admin", "manager"));
  if (undone) return <Became {...undone} />;
  if (!way)
    return (
      <Text size="sm" c="dimmed" mt="sm">
        {t("undo.notYou")}
      </Text>
    );
  return <Offer way={way} made={made} run={run} />;
}

function Offer({ way, made, run }: { way: Way; made: number; run: Import }) {
  const { t } = useTranslation("import");
  const [asking, ask] = useState(false);
  if (!asking)
    return (
      <Group mt="sm" gap="sm">
        <Button
          variant="default"
          leftSection={<IconArrowBackUp size={16} aria-hidden />}
          onClick={() => ask(true)}
        >
          {t("undo.title")}
        </Button>
        <Text size="sm" c="dimmed">
          {t("undo.here")}
        </Text>
      </Group>
    );
  return (
    <>
      <Text size="sm" mt="sm">
        {t(`undo.sure.${way}`, { count: made })}
      </Text>
      <Group mt="xs" gap="sm">
        <Button color="red" loading={run.progress !== null} onClick={() => void run.undo(way)}>
          {t(`undo.yes.${way}`, { count: made })}
        </Button>
        <Button variant="default" onClick={() => ask(false)}>
          {t("undo.no")}
        </Button>
      </Group>
    </>
  );
}

function Became({ way, taken, changed, refused }: TakenBack) {
  const { t } = useTranslation("import");
  return (
    <>
      <Text fw={600} mt="sm">
        {t(`undo.taken.${way}`, { count: taken })}
      </Text>
      {changed > 0 && <Text size="sm">{t("undo.changed", { count: changed })}</Text>}
      {refused > 0 && (
        <Text size="sm" c="red">
          {t("undo.refused", { count: refused })}
        </Text>
      )}
    </>
  );
}
