/** Which column is what: guessed by its heading, changed by hand; the first row shows what is meant. */
import { Group, Paper, Select, Table, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { FIELDS, type Kind } from "./kinds";
import type { Import } from "./useImport";

const CURRENCIES = ["CNY", "USD", "EUR", "GBP", "JPY", "HKD"];

export function Columns({ kind, run }: { kind: Kind; run: Import }) {
  const { t } = useTranslation("import");
  const { table, mapping, map } = run;
  if (!table) return null;
  const fields = FIELDS[kind].map(({ name, required }) => ({
    value: name,
    label: t(`field.${name}`) + (required ? " *" : ""),
  }));
  const choose = (at: number, field: string | null) =>
    map(mapping.map((each, index) => (index === at ? field : each === field ? null : each)));
  const asksCurrency = FIELDS[kind].some(({ as }) => as === "amount") && !mapping.includes("currency");
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="columns">
      <Title order={2} size="h5" id="columns" mb="xs">
        {t("columns")}
      </Title>
      <Group mb="sm">
        {kind === "deals" && (
          <Select
            label={t("process")}
            data={run.processes.map(({ id, name }) => ({ value: id, label: name }))}
            value={run.process}
            onChange={run.setProcess}
            allowDeselect={false}
          />
        )}
        {asksCurrency && (
          <Select
            w={120}
            label={t("field.currency")}
            data={CURRENCIES}
            value={run.currency}
            onChange={(next) => next && run.setCurrency(next)}
            allowDeselect={false}
          />
        )}
      </Group>
      <Table verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("heading")}</Table.Th>
            <Table.Th>{t("becomes")}</Table.Th>
            <Table.Th visibleFrom="sm">{t("example")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {table.headings.map((heading, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place, headings may repeat
            <Table.Tr key={at}>
              <Table.Td>{heading || "—"}</Table.Td>
              <Table.Td>
                <Select
                  size="sm"
                  aria-label={t("becomesOf", { heading })}
                  placeholder={t("left")}
                  data={fields}
                  value={mapping[at] ?? null}
                  onChange={(field) => choose(at, field)}
                  clearable
                />
              </Table.Td>
              <Table.Td visibleFrom="sm">
                <Text size="sm" c="dimmed" lineClamp={1}>
                  {table.rows[0]?.cells[at]}
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Paper>
  );
}
