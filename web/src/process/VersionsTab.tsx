/** All versions with their history, and the difference of two of them: sentences and the marked drawing. */
import { Button, Card, Group, Select, Stack, Text, Title } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Difference } from "./Difference";
import type { Process, Version } from "./queries";
import { StatusBadge } from "./StatusBadge";
import { StepList } from "./StepList";

const HERE = "/processes/$processId";

export function VersionsTab({ process, version }: { process: Process; version: Version }) {
  const { t } = useTranslation("process");
  const { before } = useSearch({ from: HERE });
  const navigate = useNavigate({ from: HERE });
  const others = process.versions.filter(({ number }) => number !== version.number);
  const usual = version.based_on ?? others.findLast(({ number }) => number < version.number)?.number;
  const compared = others.find(({ number }) => number === (before ?? usual));
  return (
    <Stack>
      {others.length > 0 && (
        <>
          <Group align="flex-end">
            <Select
              label={t("compareWith", { number: version.number })}
              value={compared ? String(compared.number) : null}
              placeholder={t("chooseVersion")}
              data={others.map(({ number }) => ({
                value: String(number),
                label: t("versionNumber", { number }),
              }))}
              onChange={(to) =>
                void navigate({ search: (now) => ({ ...now, before: to ? Number(to) : undefined }) })
              }
            />
          </Group>
          {compared && <Difference processId={process.id} before={compared.number} after={version.number} />}
        </>
      )}
      <Title order={2} size="h4">
        {t("allVersions")}
      </Title>
      {process.versions.toReversed().map((each) => (
        <Card key={each.number} withBorder padding="md">
          <Group justify="space-between" mb="sm">
            <Group gap="xs">
              <Text fw={600}>{t("versionNumber", { number: each.number })}</Text>
              <StatusBadge status={each.status} />
              {each.based_on && (
                <Text size="sm" c="dimmed">
                  {t("basedOn", { number: each.based_on })}
                </Text>
              )}
            </Group>
            <Button
              variant="subtle"
              size="compact-sm"
              onClick={() => void navigate({ search: { version: each.number, tab: "drawing" } })}
            >
              {t("open")}
            </Button>
          </Group>
          <StepList steps={each.history} />
        </Card>
      ))}
    </Stack>
  );
}
