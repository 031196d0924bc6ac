/** One event: what happened, who did it, when it happened and, where that differs, when we knew. */
import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/useFormat";
import { usePeopleNames } from "~/people/queries";
import classes from "../reports.module.css";

interface EventLineProps {
  type: string;
  actor: string;
  occurred_at: string;
  recorded_at: string;
  children?: ReactNode;
}

const NOTICED_MS = 60_000;

export function EventLine({ type, actor, occurred_at, recorded_at, children }: EventLineProps) {
  const { t } = useTranslation(["reports", "events"]);
  const format = useFormat();
  const name = usePeopleNames()(actor) ?? actor;
  const late = Date.parse(recorded_at) - Date.parse(occurred_at) > NOTICED_MS;
  return (
    <li className={classes["event"]} data-event={type}>
      <Text size="sm">{t(`events:${type}`, { defaultValue: type })}</Text>
      {children}
      <Text size="xs" c="dimmed">
        {name} · <time dateTime={occurred_at}>{format.dateTime(occurred_at)}</time>
        {late && ` · ${t("behind.recorded", { when: format.dateTime(recorded_at) })}`}
      </Text>
    </li>
  );
}
