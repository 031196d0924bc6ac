/** The map as two tables: stages, and ways between them; every row leads to its deals. */
import { Anchor, Stack, Table, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/useFormat";
import classes from "./Map.module.css";
import type { PartProps } from "./MapPage";
import { isUndrawn } from "./mapChart";
import type { ProcessMap } from "./queries";

type TablesProps = PartProps & { map: ProcessMap };

export function MapTables(props: TablesProps) {
  return (
    <Stack>
      <Activities {...props} />
      <Flows {...props} />
    </Stack>
  );
}

function useHours(): (hours: string | null) => string {
  const format = useFormat();
  return (hours) => (hours === null ? "–" : format.duration(Number(hours) * 3600));
}

function Activities({ map, open }: TablesProps) {
  const { t } = useTranslation("map");
  const format = useFormat();
  const hours = useHours();
  return (
    <div>
      <Title order={2} size="h5">
        {t("activities")}
      </Title>
      <Table.ScrollContainer minWidth={620}>
        <Table striped>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("column.stage")}</Table.Th>
              {(["deals", "times", "open", "median", "p90"] as const).map((column) => (
                <Table.Th key={column} ta="right">
                  {t(`column.${column}`)}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {map.activities.map((each) => (
              <Table.Tr key={each.key}>
                <Table.Td>
                  <Anchor component="button" ta="left" onClick={() => open(each.drill, each.name)}>
                    {each.name}
                  </Anchor>
                </Table.Td>
                <Table.Td className={classes["number"] ?? ""}>{format.number(each.deals)}</Table.Td>
                <Table.Td className={classes["number"] ?? ""}>{format.number(each.times)}</Table.Td>
                <Table.Td className={classes["number"] ?? ""}>{format.number(each.open)}</Table.Td>
                <Table.Td className={classes["number"] ?? ""}>{hours(each.stay.median_hours)}</Table.Td>
                <Table.Td className={classes["number"] ?? ""}>{hours(each.stay.p90_hours)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </div>
  );
}

function Flows({ map, open }: TablesProps) {
  const { t } = useTranslation("map");
  const format = useFormat();
  const hours = useHours();
  const names = new Map(map.activities.map(({ key, name }) => [key, name]));
  return (
    <div>
      <Title order={2} size="h5">
        {t("paths")}
      </Title>
      <Table.ScrollContainer minWidth={720}>
        <Table striped>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("column.way")}</Table.Th>
              <Table.Th>{t("column.kind")}</Table.Th>
              {(["deals", "times", "median", "mean", "p90"] as const).map((column) => (
                <Table.Th key={column} ta="right">
                  {t(`column.${column}`)}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {map.flows.map((each) => {
              const way = `${names.get(each.source)} → ${names.get(each.target)}`;
              return (
                <Table.Tr key={way}>
                  <Table.Td>
                    <Anchor component="button" ta="left" onClick={() => open(each.drill, way)}>
                      {way}
                    </Anchor>
                  </Table.Td>
                  <Table.Td>{isUndrawn(each) ? t("undrawn") : t(`kind.${each.kind}`)}</Table.Td>
                  <Table.Td className={classes["number"] ?? ""}>{format.number(each.deals)}</Table.Td>
                  <Table.Td className={classes["number"] ?? ""}>{format.number(each.times)}</Table.Td>
                  <Table.Td className={classes["number"] ?? ""}>{hours(each.duration.median_hours)}</Table.Td>
                  <Table.Td className={classes["number"] ?? ""}>{hours(each.duration.mean_hours)}</Table.Td>
                  <Table.Td className={classes["number"] ?? ""}>{hours(each.duration.p90_hours)}</Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </div>
  );
}
