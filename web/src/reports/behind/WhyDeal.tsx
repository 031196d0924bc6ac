/** Why a deal's stage, amount, owner, expected close or forecast is so: the chain of events, each with its cause. */
import { Button, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Analytics } from "~/api/record";
import { useFormat } from "~/i18n/useFormat";
import { Asked } from "~/states/Asked";
import { ASPECTS, type Aspect, whyDeal } from "../queries";
import { EventLine } from "./EventLine";

type Explained = Analytics["Explained"];
type Link = Explained["chain"][number];

export function WhyDeal({ id }: { id: string }) {
  const { t } = useTranslation("reports");
  const [aspect, ask] = useState<Aspect | null>(null);
  return (
    <Stack gap="xs">
      <Group gap={4}>
        <Text size="sm" c="dimmed">
          {t("why.ask")}
        </Text>
        {ASPECTS.map((one) => (
          <Button
            key={one}
            size="compact-sm"
            mih={32}
            variant={one === aspect ? "filled" : "light"}
            aria-pressed={one === aspect}
            onClick={() => ask(one === aspect ? null : one)}
          >
            {t(`why.${one}`)}
          </Button>
        ))}
      </Group>
      {aspect && <Chain id={id} aspect={aspect} />}
    </Stack>
  );
}

function Chain({ id, aspect }: { id: string; aspect: Aspect }) {
  const query = useQuery(whyDeal(id, aspect));
  return (
    <Asked query={query}>
      {(explained) => (
        <Stack gap={0} component="ol" p={0} m={0} aria-live="polite">
          {explained.chain.map((link) => (
            <EventLine key={link.event_id} {...link}>
              <Change link={link} explained={explained} />
              <Causes link={link} />
            </EventLine>
          ))}
        </Stack>
      )}
    </Asked>
  );
}

function Change({ link, explained }: { link: Link; explained: Explained }) {
  const { t } = useTranslation("reports");
  const shown = useShown(explained.names);
  return (
    <Text size="sm" c="dimmed">
      {t("why.change", { before: shown(link.before), after: shown(link.after) })}
    </Text>
  );
}

function Causes({ link }: { link: Link }) {
  const { t } = useTranslation(["reports", "events"]);
  return link.causes.map((cause) => (
    <Text key={cause.event_id} size="xs" c="dimmed">
      {t(`reports:why.how.${cause.how}`)}{" "}
      {cause.type ? t(`events:${cause.type}`, { defaultValue: cause.type }) : t("reports:unknown")}
    </Text>
  ));
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A value of a chain as people read it: money, a day, a stage's or a person's name. */
function useShown(names: Readonly<Record<string, string>>): (value: unknown) => string {
  const { t } = useTranslation("reports");
  const format = useFormat();
  const plain = (text: string) =>
    names[text] ?? (DAY.test(text) ? format.date(text) : t(`values.${text}`, { defaultValue: text }));
  return (value) => {
    if (value === null || value === undefined) return t("nothing");
    if (typeof value !== "object") return plain(String(value));
    const { amount, currency, ...told } = value as Record<string, unknown>;
    if (amount !== undefined) return format.money({ amount: String(amount), currency: String(currency) });
    return plain(nameIn(told));
  };
}

const nameIn = (told: Readonly<Record<string, unknown>>): string =>
  String(
    told["name"] ?? told["category"] ?? told["forecast_category"] ?? told["key"] ?? JSON.stringify(told),
  );
