/** As of when the report is asked: any instant of the past, and under "more" what was known by when. */
import { Alert, Anchor, Button, Group, Popover, Stack, Text } from "@mantine/core";
import { DateTimePicker } from "@mantine/dates";
import { IconHistory } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/useFormat";
import type { AskingProps } from "./PeriodPicker";

export const PICKED = "YYYY-MM-DD HH:mm";
export const instantOf = (picked: string | null): string | undefined =>
  picked ? new Date(picked.replace(" ", "T")).toISOString() : undefined;
export const dateOf = (instant: string | undefined): Date | null => (instant ? new Date(instant) : null);

export function AsOf({ search, ask }: AskingProps) {
  const { t } = useTranslation("reports");
  const [opened, setOpened] = useState(false);
  const [advanced, setAdvanced] = useState(search.known_at !== undefined);
  const picker = {
    valueFormat: PICKED,
    maxDate: new Date(),
    clearable: true,
    popoverProps: { withinPortal: false },
  };
  return (
    <Popover opened={opened} onChange={setOpened} width={300} trapFocus withinPortal position="bottom-start">
      <Popover.Target>
        <Button
          variant={search.as_of ? "light" : "default"}
          leftSection={<IconHistory size={16} aria-hidden />}
          onClick={() => setOpened(!opened)}
        >
          {t("asOf.button")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack>
          <DateTimePicker
            {...picker}
            label={t("asOf.label")}
            description={t("asOf.says")}
            value={dateOf(search.as_of)}
            onChange={(picked) => ask({ as_of: instantOf(picked) })}
          />
          {advanced ? (
            <DateTimePicker
              {...picker}
              label={t("asOf.known")}
              description={t("asOf.knownSays")}
              value={dateOf(search.known_at)}
              onChange={(picked) => ask({ known_at: instantOf(picked) })}
            />
          ) : (
            <Anchor component="button" size="sm" ta="left" onClick={() => setAdvanced(true)}>
              {t("asOf.advanced")}
            </Anchor>
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

/** Says, above the numbers, that they are not those of now. */
export function PastBanner({ search, ask }: AskingProps) {
  const { t } = useTranslation("reports");
  const format = useFormat();
  if (!search.as_of && !search.known_at) return null;
  return (
    <Alert color="blue" variant="light" icon={<IconHistory />} py="xs">
      <Group justify="space-between">
        <Text size="sm">
          {search.as_of && t("asOf.banner", { when: format.dateTime(search.as_of) })}{" "}
          {search.known_at && t("asOf.knownBanner", { when: format.dateTime(search.known_at) })}
        </Text>
        <Button
          size="compact-sm"
          variant="subtle"
          onClick={() => ask({ as_of: undefined, known_at: undefined })}
        >
          {t("asOf.now")}
        </Button>
      </Group>
    </Alert>
  );
}
