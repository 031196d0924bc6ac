/** What a plan would do, stage by stage, and what came of it. */
import { Alert, Anchor, List, Stack, Table, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Pipeline } from "~/api/record";
import { useFormat } from "~/i18n/useFormat";
import type { Version } from "./queries";

export function MigrationPreview({ preview, target }: { preview: Pipeline["Preview"]; target: Version }) {
  const { t } = useTranslation(["process", "drawing"]);
  const format = useFormat();
  const name = (key: string | null) =>
    target.stages.find((stage) => stage.key === key)?.name ?? t("migration.none");
  return (
    <Stack gap="sm" aria-live="polite">
      {Object.entries(preview.faults).map(([pointer, fault]) => (
        <Alert key={pointer} color="orange" variant="light" p="xs">
          {fault}
        </Alert>
      ))}
      <Table.ScrollContainer minWidth={420}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("migration.stage")}</Table.Th>
              <Table.Th>{t("migration.becomes")}</Table.Th>
              <Table.Th ta="right">{t("trial.dealCount")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {preview.stages.map((each) => (
              <Table.Tr key={each.stage}>
                <Table.Td>{each.name}</Table.Td>
                <Table.Td>{name(each.to_stage)}</Table.Td>
                <Table.Td ta="right">{format.number(each.deals)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {preview.lacking_count > 0 && (
        <>
          <Text size="sm">{t("migration.lacking", { count: preview.lacking_count })}</Text>
          <List size="sm">
            {preview.lacking.slice(0, SHOWN).map((deal) => (
              <List.Item key={deal.id}>
                <Anchor component={Link} to={`/deals/${deal.id}`}>
                  {deal.name}
                </Anchor>
                {": "}
                {deal.missing.map((field) => t(`drawing:field.${field}`)).join(t("drawing:listed"))}
              </List.Item>
            ))}
          </List>
        </>
      )}
    </Stack>
  );
}

const SHOWN = 20;

export function MigrationOutcome({ done }: { done: Pipeline["Migrated"] }) {
  const { t } = useTranslation("process");
  return (
    <Alert color={done.refused > 0 ? "orange" : "teal"} variant="light" role="status">
      <Text size="sm">{t("migration.done", { count: done.migrated })}</Text>
      {done.refused > 0 && <Text size="sm">{t("migration.refused", { count: done.refused })}</Text>}
      {done.refusals.slice(0, SHOWN).map((each) => (
        <Anchor key={each.id} component={Link} to={`/deals/${each.id}`} size="sm" display="block">
          {each.detail}
        </Anchor>
      ))}
    </Alert>
  );
}
