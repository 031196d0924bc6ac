/** Import a file: choose it, say which column is what, see what each row would become, then write it. */
import {
  Button,
  FileButton,
  Group,
  Paper,
  Progress,
  SegmentedControl,
  Stack,
  Text,
  Title,
} from "@mantine/core";
import { IconFileUpload } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type DragEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/useFormat";
import { Columns } from "./Columns";
import { KINDS, type Kind } from "./kinds";
import { countsOf, Told } from "./Told";
import { MOST_ROWS, useImport } from "./useImport";

export function ImportPage() {
  const { t } = useTranslation("import");
  const { of = "customers" } = useSearch({ from: "/import" });
  const navigate = useNavigate({ from: "/import" });
  return (
    <Stack gap="md" maw={960}>
      <Title order={1} size="h2">
        {t("title")}
      </Title>
      <SegmentedControl
        aria-label={t("what")}
        value={of}
        onChange={(next) => void navigate({ search: { of: next as Kind } })}
        data={KINDS.map((value) => ({ value, label: t(`kind.${value}`) }))}
      />
      <Steps key={of} kind={of} />
    </Stack>
  );
}

function Steps({ kind }: { kind: Kind }) {
  const { t } = useTranslation("import");
  const run = useImport(kind);
  const format = useFormat();
  const { table, tried, progress } = run;
  if (!table) return <Choose onFile={run.choose} />;
  const good = tried ? countsOf(tried.outcomes).good : 0;
  const tooMany = table.rows.length > MOST_ROWS;
  return (
    <>
      <Group justify="space-between">
        <Text size="sm">
          {t("file", { name: table.file, rows: format.number(table.rows.length) })} ·{" "}
          {t(`encoding.${table.encoding}`)}
        </Text>
        <Button variant="subtle" onClick={run.again}>
          {t("other")}
        </Button>
      </Group>
      {tooMany && <Text c="red">{t("tooMany", { most: format.number(MOST_ROWS) })}</Text>}
      {!tried?.written && <Columns kind={kind} run={run} />}
      {progress !== null && (
        <Progress
          value={(100 * progress) / Math.max(1, table.rows.length)}
          aria-label={t("progress")}
          transitionDuration={200}
        />
      )}
      {!tried?.written && (
        <Group>
          <Button
            variant={tried ? "default" : "filled"}
            h={44}
            loading={progress !== null}
            disabled={tooMany || table.rows.length === 0}
            onClick={() => void run.tryIt()}
          >
            {t("try")}
          </Button>
          {tried && good > 0 && (
            <Button h={44} loading={progress !== null} onClick={() => void run.write()}>
              {t("write", { count: good })}
            </Button>
          )}
        </Group>
      )}
      {tried && <Told kind={kind} table={table} tried={tried} run={run} />}
    </>
  );
}

function Choose({ onFile }: { onFile: (file: File) => Promise<void> }) {
  const { t } = useTranslation("import");
  const [over, hover] = useState(false);
  const [failed, fail] = useState(false);
  const take = (file: File | null | undefined) => {
    if (file) onFile(file).catch(() => fail(true));
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    hover(false);
    take(event.dataTransfer.files[0]);
  };
  return (
    <Paper
      withBorder
      p="xl"
      bg={over ? "var(--mantine-color-default-hover)" : ""}
      onDragOver={(event) => {
        event.preventDefault();
        hover(true);
      }}
      onDragLeave={() => hover(false)}
      onDrop={drop}
    >
      <Stack align="center" gap="sm">
        <IconFileUpload size={36} aria-hidden />
        <Text ta="center">{t("drop")}</Text>
        <FileButton onChange={take} accept=".csv,.txt,.xlsx,text/csv">
          {(props) => (
            <Button {...props} h={44}>
              {t("choose")}
            </Button>
          )}
        </FileButton>
        <Text size="sm" c="dimmed" ta="center">
          {t("hint")}
        </Text>
        {failed && (
          <Text c="red" role="alert">
            {t("unreadable")}
          </Text>
        )}
      </Stack>
    </Paper>
  );
}
