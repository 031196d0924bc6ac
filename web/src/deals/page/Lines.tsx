/** What the customer is to buy: products, quantities, prices; the amount follows them. */
import { Button, Group, Modal, Stack, Table, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/useFormat";
import { LinesEditor } from "../fields/LinesEditor";
import type { Line } from "../fields/values";
import type { Deal } from "../queries";
import { Section } from "./Section";
import type { Edit } from "./useDealEdit";

export function Lines({ deal, edit }: { deal: Deal; edit?: Edit }) {
  const { t } = useTranslation("deals");
  const [draft, setDraft] = useState<Line[] | null>(null);
  const save = () => {
    if (draft && edit) void edit("lines", draft);
    setDraft(null);
  };
  const actions = edit && (
    <Button size="compact-sm" variant="subtle" mih={36} onClick={() => setDraft(deal.lines)}>
      {t("lines.edit")}
    </Button>
  );
  return (
    <Section title={t("field.lines")} actions={actions}>
      {deal.lines.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t("lines.empty")}
        </Text>
      ) : (
        <LineTable lines={deal.lines} />
      )}
      <Modal
        opened={draft !== null}
        onClose={() => setDraft(null)}
        title={t("lines.edit")}
        closeButtonProps={{ "aria-label": t("close") }}
        size="lg"
      >
        <Stack>
          <LinesEditor lines={draft ?? []} onChange={setDraft} />
          <Group justify="end">
            <Button variant="subtle" color="gray" onClick={() => setDraft(null)}>
              {t("cancel")}
            </Button>
            <Button onClick={save}>{t("save")}</Button>
          </Group>
        </Stack>
      </Modal>
    </Section>
  );
}

function LineTable({ lines }: { lines: readonly Line[] }) {
  const { t } = useTranslation("deals");
  const format = useFormat();
  return (
    <Table.ScrollContainer minWidth={320}>
      <Table style={{ fontVariantNumeric: "tabular-nums" }}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("lines.product")}</Table.Th>
            <Table.Th ta="right">{t("lines.quantity")}</Table.Th>
            <Table.Th ta="right">{t("lines.price")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.map((line, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a product may stand on several lines
            <Table.Tr key={`${line.product_id}-${at}`}>
              <Table.Td>{line.product_name}</Table.Td>
              <Table.Td ta="right">{format.number(line.quantity, 6)}</Table.Td>
              <Table.Td ta="right">{format.money(line.unit_price)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
