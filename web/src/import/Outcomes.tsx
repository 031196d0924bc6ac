/** The rows that were refused, and why; as a file to be mended and imported again. */
import { Button, Group, Table, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { writtenCsv } from "./csv";
import type { Kind } from "./kinds";
import type { Fault } from "./plan";
import type { Outcome } from "./run";
import type { Table as FileTable } from "./useImport";

const SHOWN = 100;

interface OutcomesProps {
  kind: Kind;
  table: FileTable;
  outcomes: readonly Outcome[];
}

export function Outcomes({ kind, table, outcomes }: OutcomesProps) {
  const { t, i18n } = useTranslation("import");
  const refused = outcomes.filter(({ faults }) => faults.length > 0);
  const said = ({ field, code, detail }: Fault) => {
    const what = i18n.exists(`import:fault.${code}`) ? t(`fault.${code}`) : (detail ?? code);
    return field && i18n.exists(`import:field.${field}`)
      ? t("fault.of", { field: t(`field.${field}`), what })
      : what;
  };
  const why = ({ faults }: Outcome) => faults.map(said).join("; ");
  const download = () => {
    const rows = refused.map((outcome) => [
      ...filled(outcome.row.cells, table.headings.length),
      why(outcome),
    ]);
    save(`${kind}-${t("mendFile")}.csv`, writtenCsv([[...table.headings, t("why")], ...rows]));
  };
  return (
    <>
      <Group justify="space-between" mt="md">
        <Text c="red" fw={600}>
          {t("refused", { count: refused.length })}
        </Text>
        <Button variant="default" leftSection={<IconDownload size={16} aria-hidden />} onClick={download}>
          {t("download")}
        </Button>
      </Group>
      <Table mt="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={70}>{t("row")}</Table.Th>
            <Table.Th>{t("why")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {refused.slice(0, SHOWN).map((outcome) => (
            <Table.Tr key={outcome.row.number}>
              <Table.Td>{outcome.row.number}</Table.Td>
              <Table.Td>
                {why(outcome)}
                <Text size="xs" c="dimmed" lineClamp={1}>
                  {outcome.row.cells.join(" · ")}
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {refused.length > SHOWN && <Text size="sm">{t("moreRefused", { count: refused.length - SHOWN })}</Text>}
    </>
  );
}

const filled = (cells: readonly string[], length: number): string[] =>
  Array.from({ length }, (_, at) => cells[at] ?? "");

function save(name: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
