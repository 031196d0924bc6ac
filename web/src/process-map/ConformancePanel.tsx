/** How many deals went as drawn, month by month, and where the others left the drawing; what is right all the same. */
import { Anchor, Badge, Button, Group, Progress, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/useFormat";
import { ReasonDialog } from "~/process/ReasonDialog";
import { useRole } from "~/session/SessionContext";
import { Asked } from "~/states/Asked";
import classes from "./Map.module.css";
import type { PartProps } from "./MapPage";
import { type Conformance, conformanceOf, trendOf, useAcceptance } from "./queries";
import { useStageNames } from "./VariantsPanel";

type Violation = Conformance["violations"][number];

export function ConformancePanel(props: PartProps) {
  return (
    <Asked query={useQuery(conformanceOf(props.id, props.search))}>
      {(found) => (
        <Stack>
          <Rate found={found} />
          <Months {...props} />
          <Violations {...props} found={found} />
          <Breaches {...props} found={found} />
        </Stack>
      )}
    </Asked>
  );
}

function Rate({ found }: { found: Conformance }) {
  const { t } = useTranslation("map");
  const format = useFormat();
  return (
    <div>
      <Text size="xl" fw={600}>
        {found.rate === null ? "–" : format.percent(found.rate)}
      </Text>
      <Text size="sm">
        {t("conforming", {
          conforming: format.number(found.conforming),
          deals: format.number(found.deals - found.not_judged),
        })}
      </Text>
      <Text size="xs" c="dimmed">
        {t("fitting", { fitting: format.number(found.fitting) })}
      </Text>
    </div>
  );
}

const MONTHS = 12;

function Months({ id, search }: PartProps) {
  const { t, i18n } = useTranslation("map");
  const format = useFormat();
  const periods = (useQuery(trendOf(id, search)).data?.periods ?? []).slice(-MONTHS);
  if (periods.length < 2) return null;
  const month = new Intl.DateTimeFormat(i18n.language, { year: "numeric", month: "short", timeZone: "UTC" });
  return (
    <div>
      <Title order={2} size="h5" mb={4}>
        {t("trend")}
      </Title>
      <div className={classes["months"]}>
        {periods.map(({ begins, rate, deals }) => (
          <Month
            key={begins}
            name={month.format(new Date(begins))}
            rate={rate}
            deals={t("deals", { count: deals })}
            shown={rate === null ? "–" : format.percent(rate, 0)}
          />
        ))}
      </div>
    </div>
  );
}

function Month({
  name,
  rate,
  shown,
  deals,
}: {
  name: string;
  rate: string | null;
  shown: string;
  deals: string;
}) {
  return (
    <>
      <span>{name}</span>
      <Progress value={Number(rate ?? 0) * 100} size="sm" aria-hidden />
      <span className={classes["number"]}>{shown}</span>
      <Text span size="xs" c="dimmed" className={classes["number"] ?? ""}>
        {deals}
      </Text>
    </>
  );
}

type WithFound = PartProps & { found: Conformance };

function Violations(props: WithFound) {
  const { t } = useTranslation("map");
  const { id, found } = props;
  const [asked, setAsked] = useState<Violation | null>(null);
  const acceptance = useAcceptance(id);
  const withdraw = asked?.accepted ?? false;
  const said = (reason: string) =>
    asked &&
    acceptance.mutate({ violation: asked.id, reason, withdraw }, { onSuccess: () => setAsked(null) });
  return (
    <div>
      <Title order={2} size="h5">
        {t("violations")}
      </Title>
      {found.violations.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("noViolations")}
        </Text>
      )}
      {found.violations.slice(0, SHOWN).map((each) => (
        <One key={each.id} {...props} violation={each} onAsk={() => setAsked(each)} />
      ))}
      <ReasonDialog
        opened={asked !== null}
        title={withdraw ? t("withdraw") : t("accept")}
        text={withdraw ? t("withdrawText") : t("acceptText")}
        pending={acceptance.isPending}
        onClose={() => setAsked(null)}
        onSaid={said}
      />
    </div>
  );
}

const SHOWN = 50;

function One({
  id,
  search,
  open,
  violation,
  onAsk,
}: WithFound & { violation: Violation; onAsk: () => void }) {
  const { t } = useTranslation("map");
  const format = useFormat();
  const name = useStageNames(id, search);
  const decides = useRole("manager", "admin");
  const { kind, stage, source, target, deals, share, accepted, accepted_because, drill } = violation;
  const way = [source, target].map((key) => (key ? name(key) : "…")).join(" → ");
  const text = t(`violation.${kind}`, { stage: name(stage), way });
  return (
    <div className={classes["row"]}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Text size="sm">
          {text}{" "}
          {accepted && (
            <Badge size="sm" color="teal" variant="light" tt="none">
              {t("accepted")}
            </Badge>
          )}
        </Text>
        <Text size="sm" className={classes["number"] ?? ""}>
          {format.percent(share ?? 0)}
        </Text>
      </Group>
      {accepted_because && (
        <Text size="xs" c="dimmed">
          {accepted_because}
        </Text>
      )}
      <Effect violation={violation} />
      <Group gap="sm">
        <Anchor component="button" size="xs" onClick={() => open(drill, text)}>
          {t("deals", { count: deals })}
        </Anchor>
        {decides && (
          <Button size="compact-xs" variant="subtle" onClick={onAsk}>
            {accepted ? t("withdraw") : t("accept")}
          </Button>
        )}
      </Group>
    </div>
  );
}

/** Whether such deals are won less often or take longer. */
function Effect({ violation: { with_it, without_it } }: { violation: Violation }) {
  const { t } = useTranslation("map");
  const format = useFormat();
  const rate = (each: Violation["with_it"]) =>
    each.win_rate === null ? "–" : format.percent(each.win_rate, 0);
  const cycle = (each: Violation["with_it"]) =>
    each.mean_cycle_hours === null ? "–" : format.duration(Number(each.mean_cycle_hours) * 3600);
  return (
    <Text size="xs" c="dimmed">
      {t("effect", {
        won: rate(with_it),
        wonElse: rate(without_it),
        took: cycle(with_it),
        tookElse: cycle(without_it),
      })}
    </Text>
  );
}

function Breaches({ id, search, open, found }: WithFound) {
  const { t } = useTranslation("map");
  const format = useFormat();
  const name = useStageNames(id, search);
  if (found.sla_breaches.length === 0) return null;
  return (
    <div>
      <Title order={2} size="h5">
        {t("breaches")}
      </Title>
      {found.sla_breaches.map((each) => {
        const text = t("breach", {
          stage: name(each.stage),
          count: each.sla_days,
          number: each.process_version,
        });
        return (
          <Group key={each.id} justify="space-between" wrap="nowrap" className={classes["row"] ?? ""}>
            <Anchor component="button" size="sm" ta="left" onClick={() => open(each.drill, text)}>
              {text}
            </Anchor>
            <Text size="sm" className={classes["number"] ?? ""}>
              {t("breachShare", { count: each.breaches, share: format.percent(each.share ?? 0, 0) })}
            </Text>
          </Group>
        );
      })}
    </div>
  );
}
