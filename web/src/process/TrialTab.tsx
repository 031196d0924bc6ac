/** A version tried on the past: what would have been refused, and what would have happened by itself, deal by deal. */
import { Anchor, Badge, Button, Group, Stack, Table, Text, TextInput, Title } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { got, pipeline } from "~/api/client";
import type { Pipeline } from "~/api/record";
import { useFormat } from "~/i18n/useFormat";
import { Notice } from "~/states/Notice";
import { useReason } from "~/states/useReason";
import { nameOf } from "./drawing";
import type { Process, Version } from "./queries";
import { StageMapping } from "./StageMapping";
import { lastQuarter, unknownStages, untilNow } from "./tryingOut";

const DayInput = lazy(() => import("~/deals/fields/DayInput"));

type Tried = Pipeline["Tried"];
type TrialWish = { from: string; to: string; stages: Record<string, string>; cursor: string | null };

const PAGE = 50;

export function TrialTab({ process, version }: { process: Process; version: Version }) {
  const { t } = useTranslation("process");
  const [[from, to], setDays] = useState(() => lastQuarter(new Date()));
  const [stages, setStages] = useState<Record<string, string>>({});
  const [found, setFound] = useState<Tried | null>(null);
  const attempt = useTrial(process, version, (answer, more) =>
    setFound((before) => (more && before ? joined(before, answer) : answer)),
  );
  const reason = useReason();
  const begin = (cursor: string | null) => attempt.mutate({ from, to, stages, cursor });
  return (
    <Stack>
      <Text size="sm" c="dimmed" maw={720}>
        {t("trial.text")}
      </Text>
      <Group align="flex-end">
        <Day label={t("trial.from")} day={from} onChange={(day) => setDays([day, to])} />
        <Day label={t("trial.to")} day={to} onChange={(day) => setDays([from, day])} />
        <Button onClick={() => begin(null)} loading={attempt.isPending} disabled={!from || !to}>
          {t("trial.begin")}
        </Button>
      </Group>
      <StageMapping
        missing={unknownStages(process, version)}
        stages={version.stages}
        mapping={stages}
        onChange={setStages}
      />
      {attempt.error && (
        <Notice
          icon={IconAlertTriangle}
          title={t("trial.failed")}
          text={reason(attempt.error)}
          role="alert"
        />
      )}
      {found && (
        <Outcome
          found={found}
          version={version}
          onMore={() => begin(found.page.next)}
          pending={attempt.isPending}
        />
      )}
    </Stack>
  );
}

interface DayProps {
  label: string;
  day: string;
  onChange: (day: string) => void;
}

function Day({ label, day, onChange }: DayProps) {
  return (
    <Suspense fallback={<TextInput label={label} value={day} readOnly />}>
      <DayInput
        label={label}
        valueFormat="YYYY-MM-DD"
        value={day}
        onChange={(chosen) => onChange(chosen ?? "")}
      />
    </Suspense>
  );
}

function useTrial(process: Process, version: Version, onFound: (answer: Tried, more: boolean) => void) {
  return useMutation({
    mutationFn: ({ from, to, stages, cursor }: TrialWish) =>
      got(
        pipeline.POST("/api/v1/processes/{process_id}/versions/{number}/trial", {
          params: { path: { process_id: process.id, number: version.number } },
          body: { from: `${from}T00:00:00Z`, to: untilNow(to), stages, limit: PAGE, at_most: 10_000, cursor },
        }),
      ),
    onSuccess: (answer, { cursor }) => onFound(answer, cursor !== null),
  });
}

const joined = (before: Tried, more: Tried): Tried => ({
  ...more,
  sums: before.sums,
  rest: before.rest,
  deals: [...before.deals, ...more.deals],
});

interface OutcomeProps {
  found: Tried;
  version: Version;
  pending: boolean;
  onMore: () => void;
}

function Outcome({ found, version, pending, onMore }: OutcomeProps) {
  const { t } = useTranslation("process");
  const { sums, deals } = found;
  if (sums && sums.deals_with_findings === 0) {
    return (
      <Notice
        icon={IconCircleCheck}
        title={t("trial.same")}
        text={t("trial.looked", { count: sums.deals })}
      />
    );
  }
  return (
    <Stack>
      {sums && (
        <Text aria-live="polite">
          {t("trial.sum", { found: sums.deals_with_findings, count: sums.deals })}
          {found.rest && ` ${t("trial.more")}`}
        </Text>
      )}
      {sums && <Sums sums={sums.by_rule} version={version} />}
      <Title order={2} size="h4">
        {t("trial.deals")}
      </Title>
      <Deals deals={deals} version={version} />
      {found.page.next && (
        <Button variant="subtle" onClick={onMore} loading={pending}>
          {t("more")}
        </Button>
      )}
    </Stack>
  );
}

function Sums({ sums, version }: { sums: NonNullable<Tried["sums"]>["by_rule"]; version: Version }) {
  const { t } = useTranslation("process");
  const step = useStep(version);
  const format = useFormat();
  return (
    <Table.ScrollContainer minWidth={520}>
      <Table striped>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("trial.what")}</Table.Th>
            <Table.Th>{t("trial.where")}</Table.Th>
            <Table.Th ta="right">{t("trial.times")}</Table.Th>
            <Table.Th ta="right">{t("trial.dealCount")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {sums.map((each) => (
            <Table.Tr key={`${each.kind}${each.step}${each.rule}${each.overridden}`}>
              <Table.Td>
                <Kind kind={each.kind} rule={each.rule} overridden={each.overridden} />
              </Table.Td>
              <Table.Td>{step(each.step)}</Table.Td>
              <Table.Td ta="right">{format.number(each.times)}</Table.Td>
              <Table.Td ta="right">{format.number(each.deals)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Deals({ deals, version }: { deals: Tried["deals"]; version: Version }) {
  const format = useFormat();
  const step = useStep(version);
  return (
    <Stack gap="md">
      {deals.map(({ id, name, findings }) => (
        <div key={id}>
          <Anchor component={Link} to={`/deals/${id}`} fw={600}>
            {name}
          </Anchor>
          {findings.map((each) => (
            <Group key={`${each.version}${each.rule}${each.step}`} gap="xs">
              <Text size="xs" c="dimmed" w={90}>
                {format.date(each.at)}
              </Text>
              <Kind kind={each.kind} rule={each.rule} overridden={each.overridden} />
              <Text size="sm">{step(each.step)}</Text>
            </Group>
          ))}
        </div>
      ))}
    </Stack>
  );
}

function Kind({ kind, rule, overridden }: { kind: string; rule: string; overridden: boolean }) {
  const { t, i18n } = useTranslation("process");
  const told = i18n.exists(`process:rule.${rule}`) ? t(`rule.${rule}`) : rule;
  return (
    <Group gap={6} wrap="nowrap">
      <Badge variant="light" color={kind === "refused" ? "red" : "blue"} tt="none">
        {t(`trial.kind.${kind}`)}
      </Badge>
      <Text size="sm">{told}</Text>
      {overridden && (
        <Text size="xs" c="dimmed">
          {t("trial.overridden")}
        </Text>
      )}
    </Group>
  );
}

/** `qualify->propose` or `enter qualify` in the names of the version. */
function useStep(version: Version): (step: string) => string {
  const { t } = useTranslation(["process", "drawing"]);
  return (step) => {
    const [when, stage] = step.split(" ", 2);
    return when && stage
      ? `${nameOf(version, stage)} · ${t(`drawing:whens.${when}`)}`
      : nameOf(version, step);
  };
}
