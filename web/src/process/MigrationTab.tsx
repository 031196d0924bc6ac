/** Open deals go over to another version: a plan, what it would do, and then the doing. */
import { Button, Group, Select, Stack, Text, Textarea } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { got, pipeline } from "~/api/client";
import type { Pipeline } from "~/api/record";
import { Empty } from "~/states/Empty";
import { Failed } from "~/states/Failed";
import { MigrationOutcome, MigrationPreview } from "./MigrationPreview";
import { openDeals, type Process, useProcessWrite } from "./queries";
import { StageMapping } from "./StageMapping";

type Plan = Pipeline["Plan"];

export function MigrationTab({ process }: { process: Process }) {
  const { t } = useTranslation("process");
  const counts = (useQuery(openDeals).data?.items ?? []).filter(
    ({ process_id }) => process_id === process.id,
  );
  const published = process.versions.filter(({ status }) => status === "published");
  const usual = counts.find(({ process_version }) => process_version !== process.latest)?.process_version;
  const [from, setFrom] = useState<number | null>(null);
  const [to, setTo] = useState<number | null>(process.latest);
  const source = process.versions.find(({ number }) => number === (from ?? usual));
  const target = published.find(({ number }) => number === to);
  const label = (number: number) =>
    t("versionWithDeals", {
      number,
      count: counts.find(({ process_version }) => process_version === number)?.deals ?? 0,
    });
  if (counts.length === 0) return <Empty title={t("migration.nobody")} text={t("migration.text")} />;
  return (
    <Stack>
      <Text size="sm" c="dimmed" maw={720}>
        {t("migration.text")}
      </Text>
      <Group align="flex-end">
        <Select
          label={t("migration.from")}
          value={source ? String(source.number) : null}
          placeholder={t("chooseVersion")}
          data={counts.map(({ process_version: n }) => ({ value: String(n), label: label(n) }))}
          onChange={(value) => setFrom(value ? Number(value) : null)}
        />
        <Select
          label={t("migration.to")}
          value={to === null ? null : String(to)}
          placeholder={t("chooseVersion")}
          data={published.map(({ number }) => ({
            value: String(number),
            label: t("versionNumber", { number }),
          }))}
          onChange={(value) => setTo(value ? Number(value) : null)}
        />
      </Group>
      {source && target && source.number !== target.number && (
        <PlanForm
          key={`${source.number}-${target.number}`}
          process={process}
          source={source}
          target={target}
        />
      )}
    </Stack>
  );
}

interface PlanProps {
  process: Process;
  source: Process["versions"][number];
  target: Process["versions"][number];
}

function PlanForm({ process, source, target }: PlanProps) {
  const { t } = useTranslation("process");
  const client = useQueryClient();
  const same = source.stages.filter(({ key }) => target.stages.some((stage) => stage.key === key));
  const [stages, setStages] = useState<Record<string, string>>(
    Object.fromEntries(same.map(({ key }) => [key, key])),
  );
  const [reason, setReason] = useState("");
  const plan: Plan = {
    from_version: source.number,
    to_version: target.number,
    stages,
    reason: reason.trim(),
  };
  const preview = useQuery({
    queryKey: ["migration", process.id, { ...plan, reason: "" }],
    enabled: Object.keys(stages).length > 0,
    queryFn: () =>
      got(
        pipeline.POST("/api/v1/processes/{process_id}/migrations/preview", {
          params: { path: { process_id: process.id } },
          body: { ...plan, reason: t("migration.preview") },
        }),
      ),
  });
  const migrate = useProcessWrite(() => migrated(process.id, plan));
  const isReady =
    plan.reason !== "" && preview.data !== undefined && Object.keys(preview.data.faults).length === 0;
  const go = () =>
    migrate.mutate(undefined, {
      onSettled: () => void client.invalidateQueries({ queryKey: ["migration"] }),
    });
  return (
    <Stack>
      <StageMapping
        missing={source.stages.filter(({ key }) => !same.some((stage) => stage.key === key))}
        stages={target.stages}
        mapping={stages}
        onChange={setStages}
      />
      {preview.error && <Failed error={preview.error} again={preview.refetch} />}
      {preview.data && <MigrationPreview preview={preview.data} target={target} />}
      <Textarea
        label={t("reason")}
        value={reason}
        autosize
        maxLength={2000}
        required
        maw={560}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Button w="fit-content" onClick={go} loading={migrate.isPending} disabled={!isReady}>
        {t("migration.go", { count: preview.data?.deals ?? 0 })}
      </Button>
      {migrate.data && <MigrationOutcome done={migrate.data} />}
    </Stack>
  );
}

/** Asked again until none is left that has not been asked. */
async function migrated(processId: string, plan: Plan): Promise<Pipeline["Migrated"]> {
  const sum: Pipeline["Migrated"] = { migrated: 0, refused: 0, refusals: [], left: 0 };
  for (;;) {
    const done = await got(
      pipeline.POST("/api/v1/processes/{process_id}/migrations", {
        params: { path: { process_id: processId } },
        body: { ...plan, at_most: 5000 },
      }),
    );
    sum.migrated += done.migrated;
    sum.refused = done.refused;
    sum.refusals = done.refusals;
    if (done.left === 0 || done.migrated === 0) return { ...sum, left: done.left };
  }
}
