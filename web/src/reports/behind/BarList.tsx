/** A bar of a waterfall: its deals with what each adds to it, or the events that made it. */
import { Group, SegmentedControl, Stack, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/useFormat";
import { Asked } from "~/states/Asked";
import { parted } from "../drills";
import type { Words } from "../figure";
import { type BarEvent, barDeals, barEvents } from "../queries";
import classes from "../reports.module.css";
import { useExactly } from "../useSaid";
import { DealEntry } from "./DealEntry";
import { LongList } from "./LongList";

export function BarList({ drill, words }: { drill: string; words: Words }) {
  const { t } = useTranslation("reports");
  const [shown, show] = useState("deals");
  const bar = words.value("bar", parted(drill).asked.get("bar") ?? "");
  return (
    <Stack>
      <Group justify="space-between">
        <Text fw={600}>{bar}</Text>
        <SegmentedControl
          value={shown}
          onChange={show}
          aria-label={t("behind.shown")}
          data={[
            { value: "deals", label: t("behind.deals") },
            { value: "events", label: t("behind.events") },
          ]}
        />
      </Group>
      {shown === "deals" ? <BarDeals drill={drill} /> : <BarEvents drill={drill} />}
    </Stack>
  );
}

function BarDeals({ drill }: { drill: string }) {
  const pages = useInfiniteQuery(barDeals(drill));
  const exactly = useExactly();
  return (
    <Asked query={pages}>
      {({ pages: told }) => (
        <LongList count={told.reduce((sum, { items }) => sum + items.length, 0)} query={pages}>
          {told.flatMap(({ items }) =>
            items.map(({ deal_id, name, contribution, currency }) => (
              <DealEntry
                key={deal_id}
                id={deal_id}
                name={name}
                about={null}
                number={exactly(contribution, { kind: "money", currency })}
              />
            )),
          )}
        </LongList>
      )}
    </Asked>
  );
}

function BarEvents({ drill }: { drill: string }) {
  const pages = useInfiniteQuery(barEvents(drill));
  return (
    <Asked query={pages}>
      {({ pages: told }) => (
        <LongList count={told.reduce((sum, { items }) => sum + items.length, 0)} query={pages}>
          {told.flatMap(({ items }) =>
            items.map((event) => <BarEventLine key={`${event.event_id}.${event.bar}`} event={event} />),
          )}
        </LongList>
      )}
    </Asked>
  );
}

function BarEventLine({ event }: { event: BarEvent }) {
  const { t } = useTranslation(["reports", "events"]);
  const format = useFormat();
  const exactly = useExactly();
  return (
    <Group
      component="li"
      justify="space-between"
      wrap="nowrap"
      className={classes["entry"] ?? ""}
      data-event={event.event_type}
    >
      <div>
        <Text size="sm">
          {t(`events:${event.event_type}`, { defaultValue: event.event_type })}
          {" · "}
          <Link className={classes["link"] ?? ""} to={`/deals/${event.deal_id}` as "/deals"}>
            {event.name}
          </Link>
        </Text>
        <Text size="xs" c="dimmed">
          <time dateTime={event.occurred_at}>{format.dateTime(event.occurred_at)}</time>
        </Text>
      </div>
      <Text size="sm" className={classes["right"] ?? ""}>
        {exactly(event.contribution, { kind: "money", currency: event.currency })}
      </Text>
    </Group>
  );
}
