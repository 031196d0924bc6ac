/** What a number is called; pressed or hovered, what it is: formula, unit, and the events it is made of. */
import { Code, HoverCard, Stack, Text, UnstyledButton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "./reports.module.css";
import { calledIn, type Measure } from "./vocabulary";

export function MeasureName({ measure, children }: { measure: Measure; children: string }) {
  return (
    <HoverCard width={320} shadow="md" openDelay={250} withinPortal>
      <HoverCard.Target>
        <UnstyledButton className={classes["measure"] ?? ""}>{children}</UnstyledButton>
      </HoverCard.Target>
      <HoverCard.Dropdown>
        <MeasureFacts measure={measure} />
      </HoverCard.Dropdown>
    </HoverCard>
  );
}

export function MeasureFacts({ measure }: { measure: Measure }) {
  const { t, i18n } = useTranslation("reports");
  return (
    <Stack gap={6}>
      <Text fw={600} size="sm">
        {calledIn(i18n.language, measure)}
      </Text>
      <Text size="sm" lang="en">
        {measure.formula}
      </Text>
      <Text size="xs" c="dimmed">
        {t("unit", { unit: t(`units.${measure.unit.replaceAll(" ", "_")}`, { defaultValue: measure.unit }) })}
      </Text>
      <Text size="xs" c="dimmed" component="div">
        {t("source")}{" "}
        {measure.source.map((event) => (
          <Code key={event} mr={4}>
            {event}
          </Code>
        ))}
      </Text>
    </Stack>
  );
}
