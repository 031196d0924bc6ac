/** An activity, a task or a quota behind a number: whose it is and what it adds. */
import { Group, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/useFormat";
import type { PartBehind } from "../queries";
import classes from "../reports.module.css";
import { EventLine } from "./EventLine";

type OtherPart = Exclude<PartBehind, { deal: unknown }>;

export function OtherEntry({ part, number }: { part: OtherPart; number: string | null }) {
  return (
    <Group component="li" justify="space-between" wrap="nowrap" className={classes["entry"] ?? ""}>
      {"work" in part ? <Work part={part} /> : <Quota part={part} />}
      <Text size="sm" className={classes["right"] ?? ""}>
        {number}
      </Text>
    </Group>
  );
}

function Work({ part: { work, events } }: { part: Extract<OtherPart, { work: unknown }> }) {
  const { t } = useTranslation(["reports", "activities"]);
  const format = useFormat();
  const kind = work.kind === "task" ? t("behind.task") : t(`activities:kind.${work.kind}`, work.kind);
  return (
    <Stack gap={0} className={classes["grow"] ?? ""}>
      <Text size="sm">{[kind, work.owner, format.date(work.day)].filter(Boolean).join(" · ")}</Text>
      {work.customer && (
        <Link className={classes["link"] ?? ""} to={`/customers/${work.customer_id}` as "/customers"}>
          {work.customer}
        </Link>
      )}
      <Stack gap={0} component="ol" p={0} m={0}>
        {events.map((event) => (
          <EventLine key={event.event_id} {...event} />
        ))}
      </Stack>
    </Stack>
  );
}

function Quota({ part: { quota } }: { part: Extract<OtherPart, { quota: unknown }> }) {
  return <Text size="sm">{[quota.name, quota.period].filter(Boolean).join(" · ")}</Text>;
}
