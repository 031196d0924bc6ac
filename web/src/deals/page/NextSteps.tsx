/** What is needed next: the checklist of the stage, and for every way on what is still in the way. */
import { Button, Checkbox, Stack, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { got, pipeline, seen } from "~/api/client";
import { type Change, useChange, withRecord } from "~/api/optimistic";
import { Asked } from "~/states/Asked";
import { useRefused } from "~/states/useRefused";
import type { Written } from "../fields/values";
import { isClosed } from "../moving/stepping";
import { useLacking } from "../moving/useLacking";
import type { Moving } from "../moving/useMoving";
import { type Deal, type MoveOption, movesQuery } from "../queries";
import classes from "./DealPage.module.css";
import { Section } from "./Section";

export function NextSteps({ deal, moving }: { deal: Deal; moving: Moving }) {
  const { t } = useTranslation("deals");
  const query = useQuery({ ...movesQuery(deal.id), enabled: !isClosed(deal.stage) });
  if (isClosed(deal.stage)) return null;
  return (
    <Section title={t("next.title")}>
      <Checklist deal={deal} />
      <Asked query={query}>
        {({ moves }) => (
          <div>
            {moves.map((option) => (
              <Way key={option.stage.key} option={option} deal={deal} moving={moving} />
            ))}
          </div>
        )}
      </Asked>
    </Section>
  );
}

function Way({ option, deal, moving }: { option: MoveOption; deal: Deal; moving: Moving }) {
  const { t } = useTranslation("deals");
  const lacking = useLacking()(option);
  const go = () => (option.open ? moving.move : moving.mend)(deal, option.stage);
  return (
    <div className={classes["option"]}>
      <div>
        <Text size="sm" fw={500}>
          {option.stage.name}
        </Text>
        <Text size="xs" c="dimmed">
          {lacking.length > 0 ? lacking.join(" · ") : t("next.open")}
        </Text>
      </div>
      <Button
        size="xs"
        mih={36}
        variant={option.open ? "light" : "default"}
        onClick={go}
        aria-label={option.open ? t("moving.to", option.stage) : t("next.fillIn", option.stage)}
      >
        {option.open ? t("moving.go") : t("next.fill")}
      </Button>
    </div>
  );
}

interface TickWish {
  deal: Deal;
  item: string;
  done: boolean;
}

const ticked: Change<TickWish, Written> = {
  thing: "deal",
  id: ({ deal }) => deal.id,
  version: ({ deal }) => deal.version,
  roots: ["deals"],
  show: (data, { deal, item, done }) =>
    withRecord<Deal>(data, deal.id, (record) =>
      record.checklist
        ? {
            ...record,
            checklist: record.checklist.map((each) => (each.key === item ? { ...each, done } : each)),
          }
        : record,
    ),
  write: ({ deal, item, done }, version) =>
    got(
      pipeline.POST("/api/v1/deals/{deal_id}/tick", {
        params: { path: { deal_id: deal.id }, header: seen(version) },
        body: { stage: deal.stage.key, item, done },
      }),
    ),
};

function Checklist({ deal }: { deal: Deal }) {
  const { t } = useTranslation("deals");
  const change = useChange(ticked);
  const client = useQueryClient();
  const refused = useRefused();
  if (deal.checklist.length === 0) return null;
  const tick = (item: string, done: boolean) =>
    change({ deal, item, done }).catch(async (fault: unknown) => {
      refused(fault);
      await client.invalidateQueries({ queryKey: ["deals", deal.id] });
    });
  return (
    <Stack gap={4} mb="xs">
      {deal.checklist.map(({ key, text, required, done }) => (
        <Checkbox
          key={key}
          py={6}
          checked={done}
          label={required ? text : t("next.optional", { item: text })}
          onChange={(event) => void tick(key, event.currentTarget.checked)}
        />
      ))}
    </Stack>
  );
}
