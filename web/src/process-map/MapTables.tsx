/** The map as two tables: stages, and ways between them; every row leads to its deals. */
import { Anchor, Stack, Table, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/useFormat";
import classes from "./Map.module.css";
import type { PartProps } from "./MapPage";
import { isUndrawn } from "./mapChart";
import type { Activity, Flow, ProcessMap } from "./queries";

const NUMBERS = ["deals", "times", "open", "median", "mean", "p90"] as const;
type Numbers = (typeof NUMBERS)[number];

interface Row {
  key: string;
  name: string;
  drill: string;
  kind?: string;
  numbers: Partial<Record<Numbers, string>>;
}

export function MapTables({ map, open }: PartProps & { map: ProcessMap }) {
  const { t } = useTranslation("map");
  const { ofActivity, ofFlow } = useRows(map);
  return (
    <Stack>
      <Rows
        title={t("activities")}
        first={t("column.stage")}
        rows={map.activities.map(ofActivity)}
        open={open}
      />
      <Rows title={t("paths")} first={t("column.way")} rows={map.flows.map(ofFlow)} open={open} />
    </Stack>
  );
}

function useRows(map: ProcessMap) {
  const { t } = useTranslation("map");
  const format = useFormat();
  const hours = (value: string | null) => (value === null ? "–" : format.duration(Number(value) * 3600));
  const names = new Map(map.activities.map(({ key, name }) => [key, name]));
  const counted = ({ deals, times }: Activity | Flow) => ({
    deals: format.number(deals),
    times: format.number(times),
  });
  const timed = ({ median_hours, mean_hours, p90_hours }: Flow["duration"]) => ({
    median: hours(median_hours),
    mean: hours(mean_hours),
    p90: hours(p90_hours),
  });
  const ofActivity = (each: Activity): Row => ({
    key: each.key,
    name: each.name,
    drill: each.drill,
    numbers: { ...counted(each), open: format.number(each.open), ...timed(each.stay) },
  });
  const ofFlow = (each: Flow): Row => ({
    key: `${each.source}->${each.target}`,
    name: `${names.get(each.source)} → ${names.get(each.target)}`,
    drill: each.drill,
    kind: isUndrawn(each) ? t("undrawn") : t(`kind.${each.kind}`),
    numbers: { ...counted(each), ...timed(each.duration) },
  });
  return { ofActivity, ofFlow };
}

interface RowsProps {
  title: string;
  first: string;
  rows: Row[];
  open: PartProps["open"];
}

function Rows({ title, first, rows, open }: RowsProps) {
  const { t } = useTranslation("map");
  const kinds = rows.some(({ kind }) => kind !== undefined);
  const columns = NUMBERS.filter((column) => rows.some(({ numbers }) => numbers[column] !== undefined));
  return (
    <div>
      <Title order={2} size="h5">
        {title}
      </Title>
      <Table.ScrollContainer minWidth={720}>
        <Table striped>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{first}</Table.Th>
              {kinds && <Table.Th>{t("column.kind")}</Table.Th>}
              {columns.map((column) => (
                <Table.Th key={column} ta="right">
                  {t(`column.${column}`)}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(({ key, name, drill, kind, numbers }) => (
              <Table.Tr key={key}>
                <Table.Td>
                  <Anchor component="button" size="sm" ta="left" onClick={() => open(drill, name)}>
                    {name}
                  </Anchor>
                </Table.Td>
                {kinds && <Table.Td>{kind}</Table.Td>}
                {columns.map((column) => (
                  <Table.Td key={column} className={classes["number"] ?? ""}>
                    {numbers[column]}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </div>
  );
}
