/** The story of a deal, newest first: who did what when and why; the slider leads to how it was at any of them. */
import { Button, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/useFormat";
import { usePeopleNames } from "~/people/queries";
import { Asked } from "~/states/Asked";
import { type Deal, type StoryEntry, storyQuery, versionQuery } from "../queries";
import classes from "./DealPage.module.css";
import { Section } from "./Section";
import { TimeSlider } from "./TimeSlider";
import { type ItemText, useSentence } from "./useSentence";

const FIRST = 30; // entries shown at once

export function History({ deal, as_of }: { deal: Deal; as_of?: string }) {
  const { t } = useTranslation("story");
  const query = useQuery(storyQuery(deal.id));
  return (
    <Section title={t("title")}>
      <Asked query={query}>
        {({ entries }) => (
          <Stack gap="md">
            <TimeSlider entries={entries} as_of={as_of} />
            <Entries deal={deal} entries={entries} as_of={as_of} />
          </Stack>
        )}
      </Asked>
    </Section>
  );
}

interface EntriesProps {
  deal: Deal;
  entries: readonly StoryEntry[];
  as_of: string | undefined;
}

function Entries({ deal, entries, as_of }: EntriesProps) {
  const { t } = useTranslation("story");
  const sentence = useSentence(useItemText(deal));
  const [all, showAll] = useState(false);
  const newest = entries.toReversed();
  const shown = all ? newest : newest.slice(0, FIRST);
  const until = as_of ? Date.parse(as_of) : Number.POSITIVE_INFINITY;
  return (
    <>
      <ol className={classes["story"]} reversed>
        {shown.map((entry) => (
          <Entry
            key={entry.event_id}
            entry={entry}
            sentence={sentence}
            cause={entries.find(({ event_id }) => event_id === entry.cause)}
            later={Date.parse(entry.occurred_at) > until}
          />
        ))}
      </ol>
      {shown.length < newest.length && (
        <Button variant="subtle" onClick={() => showAll(true)}>
          {t("showAll", { count: newest.length })}
        </Button>
      )}
    </>
  );
}

/** What the items of the checklists of a deal's process say. */
function useItemText(deal: Deal): ItemText {
  const stages = useQuery(versionQuery(deal.process_id, deal.process_version)).data?.stages;
  return (stage, item) =>
    stages?.find(({ key }) => key === stage)?.checklist.find(({ key }) => key === item)?.text;
}

interface EntryProps {
  entry: StoryEntry;
  sentence: (entry: StoryEntry) => string;
  /** The event that led to it, where it is one of this deal's. */
  cause: StoryEntry | undefined;
  /** It happened after the instant that is looked at. */
  later: boolean;
}

function Entry({ entry, sentence, cause, later }: EntryProps) {
  const { t } = useTranslation("story");
  const format = useFormat();
  const nameOf = usePeopleNames();
  const override = entry.after["override"] as { reason: string } | undefined;
  return (
    <li className={classes["entry"]} data-later={later || undefined}>
      <div>
        <Text size="sm">{sentence(entry)}</Text>
        <Text size="xs" c="dimmed">
          {entry.who_name ?? nameOf(entry.who) ?? actorOf(entry.who, t("byAutomation"))} ·{" "}
          <time dateTime={entry.occurred_at}>{format.dateTime(entry.occurred_at)}</time>
          {cause && ` · ${t("because", { what: sentence(cause) })}`}
        </Text>
        {override && <Text size="xs">{t("override", { reason: override.reason })}</Text>}
      </div>
    </li>
  );
}

/** Automations act under a name of their own. */
const actorOf = (who: string, automation: string) => (who.includes("automation") ? automation : who);
