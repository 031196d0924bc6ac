/** Another tile: which report, shown how, for which days. */
import { Button, Group, Modal, Select, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Kind } from "~/reports/kinds/kind";
import { KINDS, kindOf } from "~/reports/kinds/kinds";
import type { Tile } from "./queries";

const PERIODS = [
  "today",
  "this_week",
  "this_month",
  "this_quarter",
  "this_year",
  "last_month",
  "last_quarter",
  "last_year",
  "last_30_days",
  "last_90_days",
  "last_365_days",
] as const;
const OFFERED = KINDS.filter(({ key }) => key !== "conformance");
const CHARTS = ["bar", "line", "number", "table"] as const;

interface AddTileProps {
  opened: boolean;
  onClose: () => void;
  onTile: (tile: Tile) => void;
}

export function AddTile({ opened, onClose, onTile }: AddTileProps) {
  const { t } = useTranslation("dashboards");
  const add = (tile: Tile) => {
    onTile(tile);
    onClose();
  };
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t("add.title")}
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <TileForm onTile={add} />
    </Modal>
  );
}

const fits = (kind: Kind | undefined, chart: (typeof CHARTS)[number]): boolean =>
  chart !== "number" || (kind?.figures.length ?? 0) > 0;

function TileForm({ onTile }: { onTile: (tile: Tile) => void }) {
  const { t } = useTranslation(["dashboards", "reports"]);
  const [report, setReport] = useState("won");
  const [chart, setChart] = useState<Tile["chart"]>("bar");
  const [period, setPeriod] = useState<Tile["period"]>("this_quarter");
  const [title, setTitle] = useState("");
  const kind = kindOf(report);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const drawn = report === "waterfall" && chart === "bar" ? "waterfall" : chart;
    const named = { key: crypto.randomUUID(), report, chart: drawn, period, title: title.trim() || null };
    onTile({ ...named, filters: {}, compare_to: null, measure: null, width: 6, height: 3, path: "" });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Select
          label={t("add.report")}
          allowDeselect={false}
          value={report}
          onChange={(chosen) => setReport(chosen ?? "won")}
          data={OFFERED.map(({ key }) => ({ value: key, label: t(`reports:kinds.${key}.name`) }))}
        />
        <Select
          label={t("add.chart")}
          allowDeselect={false}
          value={chart}
          onChange={(chosen) => setChart(chosen as Tile["chart"])}
          data={CHARTS.filter((one) => fits(kind, one)).map((one) => ({
            value: one,
            label: t(`chart.${one}`),
          }))}
        />
        <Select
          label={t("reports:period")}
          clearable
          clearButtonProps={{ "aria-label": t("reports:clear") }}
          placeholder={t("reports:periods.always")}
          value={period}
          onChange={(chosen) => setPeriod(chosen as Tile["period"])}
          data={PERIODS.map((one) => ({ value: one, label: t(`reports:periods.${one}`) }))}
        />
        <TextInput
          label={t("add.name")}
          description={t("add.nameSays")}
          maxLength={200}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button type="submit">{t("add.submit")}</Button>
        </Group>
      </Stack>
    </form>
  );
}
