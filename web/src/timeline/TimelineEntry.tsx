/** One entry of a timeline: what happened, what changed, who did it, when. */
import { Anchor, Text, ThemeIcon } from "@mantine/core";
import {
  type Icon,
  IconActivity,
  IconAddressBook,
  IconBuilding,
  IconCoin,
  IconListCheck,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { useContactName } from "~/contacts/useContactName";
import { contactsOf } from "~/customers/queries";
import { useFormat } from "~/i18n/useFormat";
import { useNames } from "~/people/queries";
import type { Entry, Thing } from "./queries";
import { changesOf, sentence } from "./sentence";
import classes from "./TimelineEntry.module.css";

const ICONS: Readonly<Record<Thing, Icon>> = {
  customer: IconBuilding,
  contact: IconAddressBook,
  activity: IconActivity,
  task: IconListCheck,
  deal: IconCoin,
};
const COLOURS: Readonly<Record<string, string>> = { DealWon: "green", DealLost: "red" };

interface TimelineEntryProps {
  entry: Entry;
  customerId: string;
}

export const TimelineEntry = memo(function TimelineEntry({ entry, customerId }: TimelineEntryProps) {
  const { t } = useTranslation(["timeline", "activities"]);
  const format = useFormat();
  const nameOf = useNames();
  const subject = useSubject(entry, customerId);
  const reading = { t, format, nameOf };
  const Picture = ICONS[entry.thing];
  const notes = entry.details["notes"];
  return (
    <li className={classes["entry"]}>
      <ThemeIcon size={28} radius="xl" variant="light" color={COLOURS[entry.type] ?? "gray"} aria-hidden>
        <Picture size={16} />
      </ThemeIcon>
      <div style={{ minWidth: 0 }}>
        <Text size="sm" fw={500}>
          <Told entry={entry} text={sentence({ ...entry, subject }, reading)} />
        </Text>
        {changesOf(entry, reading).map(({ field, before, after }) => (
          <Text key={field} size="sm" c="dimmed">
            {field}: {before} → {after}
          </Text>
        ))}
        {typeof notes === "string" && (
          <Text size="sm" className={classes["notes"] ?? ""}>
            {notes}
          </Text>
        )}
        <Text size="xs" c="dimmed">
          {entry.who} ·{" "}
          <time dateTime={entry.occurred_at} title={format.dateTime(entry.occurred_at)}>
            {format.relative(entry.occurred_at)}
          </time>
        </Text>
      </div>
    </li>
  );
});

/** Names of contacts are kept by the customer service alone. */
function useSubject(entry: Entry, customerId: string): string | null {
  const { t } = useTranslation("timeline");
  const contactName = useContactName();
  const isContact = entry.thing === "contact";
  const contacts = useQuery({ ...contactsOf(customerId), enabled: isContact }).data;
  if (!isContact) return entry.subject;
  const found = contacts?.find(({ id }) => id === entry.subject_id);
  return found ? contactName(found) : t("someContact");
}

function Told({ entry, text }: { entry: Entry; text: string }) {
  if (entry.thing !== "deal" && entry.thing !== "contact") return text;
  const room = entry.thing === "deal" ? "/deals" : "/contacts";
  return (
    <Anchor component={Link} to={`${room}/${entry.subject_id}`} c="inherit" fw="inherit" size="sm">
      {text}
    </Anchor>
  );
}
