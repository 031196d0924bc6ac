/** "Why is it so?": the events that made one thing about a deal what it is, newest first, told by analytics. */
import { ActionIcon, Popover, ScrollArea, Stack, Text } from "@mantine/core";
import { IconHelpCircle } from "@tabler/icons-react";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { analytics, got } from "~/api/client";
import { useFormat } from "~/i18n/useFormat";
import { usePeopleNames } from "~/people/queries";
import { Asked } from "~/states/Asked";
import { useShown } from "./useDealEdit";

export type Aspect = "owner" | "stage" | "amount" | "expected_close" | "forecast";

const explained = (deal_id: string, aspect: Aspect, as_of: string | undefined) =>
  queryOptions({
    queryKey: ["explain", deal_id, aspect, as_of ?? "now"],
    queryFn: () =>
      got(
        analytics.GET("/api/v1/explain/deals/{deal_id}/{aspect}", {
          params: { path: { deal_id, aspect }, query: as_of ? { as_of } : {} },
        }),
      ),
    staleTime: 0,
  });

interface WhyProps {
  id: string;
  aspect: Aspect;
  as_of?: string | undefined;
}

export function Why({ id, aspect, as_of }: WhyProps) {
  const { t } = useTranslation("deals");
  const [opened, open] = useState(false);
  const label = t("why.of", { field: t(`aspect.${aspect}`) });
  return (
    <Popover opened={opened} onChange={open} width={340} position="bottom-end" trapFocus withRoles>
      <Popover.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={() => open(!opened)}>
          <IconHelpCircle size={16} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={label}>
        {opened && <Chain id={id} aspect={aspect} as_of={as_of} />}
      </Popover.Dropdown>
    </Popover>
  );
}

function Chain({ id, aspect, as_of }: WhyProps) {
  const { t } = useTranslation(["deals", "story"]);
  const format = useFormat();
  const nameOf = usePeopleNames();
  const value = useValue(aspect);
  const query = useQuery(explained(id, aspect, as_of));
  return (
    <Asked query={query}>
      {({ chain, names }) => (
        <ScrollArea.Autosize mah={360}>
          <Stack gap="sm">
            {chain.map((link) => (
              <div key={link.event_id}>
                <Text size="sm">
                  {value(link.before, names)} → {value(link.after, names)}
                </Text>
                <Text size="xs" c="dimmed">
                  {t(`story:event.${link.type}`)} · {nameOf(link.actor) ?? link.actor} ·{" "}
                  {format.dateTime(link.occurred_at)}
                </Text>
                {typeof link.reasons["reason"] === "string" && (
                  <Text size="xs">{link.reasons["reason"]}</Text>
                )}
                {link.causes.map((cause) => (
                  <Text key={cause.event_id} size="xs" c="dimmed">
                    {t("why.because", { event: t(`story:event.${cause.type}`) })}
                  </Text>
                ))}
              </div>
            ))}
          </Stack>
        </ScrollArea.Autosize>
      )}
    </Asked>
  );
}

/** A value of an aspect: a person's id by their name, a stage by its name, money and days as we write them. */
function useValue(aspect: Aspect): (value: unknown, names: Record<string, string>) => string {
  const shown = useShown();
  const { t } = useTranslation("deals");
  const parts = (value: object): string => {
    if ("name" in value) return String(value.name);
    if ("amount" in value) return shown("amount", value);
    const said = Object.entries(value).filter(([, each]) => each !== null);
    const words = said.map(([field, each]) =>
      shown(field === "category" ? "forecast_category" : field, each),
    );
    return words.join(" · ") || t("nothing");
  };
  return (value, names) => {
    if (value === null || value === undefined) return t("nothing");
    if (typeof value === "object") return parts(value);
    if (aspect === "owner") return names[String(value)] ?? shown("owner_id", value);
    return shown(aspect, value);
  };
}
