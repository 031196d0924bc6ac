/** The whole ways that deals have gone, the most frequent first; one is shown on the map, with its deals behind it. */
import { Anchor, Group, Progress, Stack, Text, UnstyledButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/useFormat";
import { Asked } from "~/states/Asked";
import { Narrowing } from "~/states/Narrowing";
import classes from "./Map.module.css";
import type { PartProps } from "./MapPage";
import { mapOf, type Variant, variantsOf } from "./queries";

const TOP = 20;

export function VariantsPanel({ id, search, change, open }: PartProps) {
  const { t } = useTranslation("map");
  const names = useStageNames(id, search);
  return (
    <Asked query={useQuery(variantsOf(id, search, TOP))}>
      {({ variants, variants_total, deals }) => (
        <Stack gap={2}>
          <Text size="xs" c="dimmed" mb={4}>
            {t("variants", { shown: variants.length, total: variants_total, count: deals })}
          </Text>
          {variants.map((each) => (
            <One
              key={each.id}
              variant={each}
              name={names}
              chosen={each.id === search.variant}
              onChoose={() =>
                change({ variant: each.id === search.variant ? undefined : each.id, as_of: undefined })
              }
              onDeals={() => open(each.drill, each.stops.map(({ stage }) => names(stage)).join(" → "))}
            />
          ))}
        </Stack>
      )}
    </Asked>
  );
}

/** Says that only one variant is shown, and takes that back. */
export function OneWay({ id, search, change, variant }: PartProps & { variant: string }) {
  const { t } = useTranslation("map");
  const names = useStageNames(id, search);
  const found = useQuery(variantsOf(id, search, TOP)).data?.variants.find((each) => each.id === variant);
  const way = found?.stops.map(({ stage }) => names(stage)).join(" → ");
  return (
    <Narrowing away={t("allWays")} onAway={() => change({ variant: undefined })}>
      {way ? t("onlyWay", { way }) : t("oneWay")}
    </Narrowing>
  );
}

/** What stages are called, by the map that is shown. */
export function useStageNames(id: string, search: PartProps["search"]): (key: string) => string {
  const all = { ...search, activities: undefined, paths: undefined, variant: undefined };
  const whole = useQuery(mapOf(id, all)).data;
  return (key) => whole?.activities.find((each) => each.key === key)?.name ?? key;
}

interface OneProps {
  variant: Variant;
  name: (key: string) => string;
  chosen: boolean;
  onChoose: () => void;
  onDeals: () => void;
}

function One({ variant, name, chosen, onChoose, onDeals }: OneProps) {
  const { t } = useTranslation("map");
  const format = useFormat();
  const { stops, deals, share, duration } = variant;
  const took = duration.median_hours && format.duration(Number(duration.median_hours) * 3600);
  return (
    <div>
      <UnstyledButton
        className={classes["variant"] ?? ""}
        data-chosen={chosen || undefined}
        aria-pressed={chosen}
        onClick={onChoose}
      >
        <Text size="sm">{stops.map(({ stage }) => name(stage)).join(" → ")}</Text>
        <Group gap="xs" wrap="nowrap">
          <Progress value={Number(share ?? 0) * 100} flex={1} size="sm" aria-hidden />
          <Text size="xs" className={classes["number"] ?? ""}>
            {format.percent(share ?? 0)}
          </Text>
        </Group>
      </UnstyledButton>
      <Group gap="xs" px={10} pb={6}>
        <Anchor component="button" size="xs" onClick={onDeals}>
          {t("deals", { count: deals })}
        </Anchor>
        {took && (
          <Text size="xs" c="dimmed">
            {t("took", { duration: took })}
          </Text>
        )}
      </Group>
    </div>
  );
}
