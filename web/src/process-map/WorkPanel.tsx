/** Where the process loses time: rework, and stages in which deals stay too long, by the time lost in all. */
import { Anchor, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/useFormat";
import { Asked } from "~/states/Asked";
import classes from "./Map.module.css";
import type { PartProps } from "./MapPage";
import { mapOf, type ProcessMap } from "./queries";

export function WorkPanel(props: PartProps) {
  const whole = { ...props.search, activities: undefined, paths: undefined };
  return (
    <Asked query={useQuery(mapOf(props.id, whole))}>
      {(map) => (
        <Stack>
          <Rework {...props} map={map} />
          <Bottlenecks {...props} map={map} />
        </Stack>
      )}
    </Asked>
  );
}

type WithMap = PartProps & { map: ProcessMap };

function Rework({ map, open }: WithMap) {
  const { t } = useTranslation("map");
  const format = useFormat();
  const names = new Map(map.activities.map(({ key, name }) => [key, name]));
  const again = map.flows
    .filter(({ kind }) => kind !== "forward")
    .toSorted((one, other) => other.times - one.times);
  const sums = [
    ["backward", map.rework.backward],
    ["reopened", map.rework.reopened],
    ["self_loop", map.rework.self_loops],
  ] as const;
  return (
    <div>
      <Title order={2} size="h5" mb="xs">
        {t("rework")}
      </Title>
      <SimpleGrid cols={3}>
        {sums.map(([kind, count]) => (
          <div key={kind}>
            <Text size="xl" fw={600}>
              {format.number(count)}
            </Text>
            <Text size="xs" c="dimmed">
              {t(`kind.${kind}`)}
            </Text>
          </div>
        ))}
      </SimpleGrid>
      {again.slice(0, SHOWN).map((flow) => {
        const way = `${names.get(flow.source)} → ${names.get(flow.target)}`;
        return (
          <Group key={way} justify="space-between" wrap="nowrap" className={classes["row"] ?? ""}>
            <Anchor component="button" size="sm" ta="left" onClick={() => open(flow.drill, way)}>
              {way}
            </Anchor>
            <Text size="sm" className={classes["number"] ?? ""}>
              {t("times", { count: flow.times })}
            </Text>
          </Group>
        );
      })}
    </div>
  );
}

const SHOWN = 8;

function Bottlenecks({ map, open }: WithMap) {
  const { t } = useTranslation("map");
  const format = useFormat();
  const long = (hours: string) => format.duration(Number(hours) * 3600);
  const drills = new Map(map.activities.map(({ key, drill }) => [key, drill]));
  const late = map.bottlenecks.filter(({ excess_hours }) => Number(excess_hours) > 0);
  return (
    <div>
      <Title order={2} size="h5">
        {t("bottlenecks")}
      </Title>
      <Text size="xs" c="dimmed" mb={4}>
        {t("bottlenecksText")}
      </Text>
      {late.length === 0 && <Text size="sm">{t("noBottlenecks")}</Text>}
      {late.map((each) => (
        <div key={each.stage} className={classes["row"]}>
          <Group justify="space-between" wrap="nowrap">
            <Anchor
              component="button"
              size="sm"
              ta="left"
              onClick={() => open(drills.get(each.stage) ?? "", each.name)}
            >
              {each.name}
            </Anchor>
            <Text size="sm" fw={600} className={classes["number"] ?? ""}>
              {long(each.excess_hours)}
            </Text>
          </Group>
          <Text size="xs" c="dimmed">
            {t(`limit.${each.limit_is}`, { limit: long(each.limit_hours) })}
            {each.stay.p90_hours && ` · ${t("p90", { duration: long(each.stay.p90_hours) })}`}
            {` · ${t("openNow", { count: each.open })}`}
          </Text>
        </div>
      ))}
    </div>
  );
}
