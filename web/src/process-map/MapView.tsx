/** The map on its canvas, the drawing coloured by reality, or both as tables; what arrows tell and how much is shown. */
import { Group, SegmentedControl, Select, Slider, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/useFormat";
import { Asked } from "~/states/Asked";
import { Empty } from "~/states/Empty";
import { Loading } from "~/states/Loading";
import type { PartProps } from "./MapPage";
import { MapTables } from "./MapTables";
import { mapChart, overlayChart, type Words } from "./mapChart";
import { mapOf, type Overlay, overlayOf, type ProcessMap } from "./queries";
import { METRICS, VIEWS } from "./routes";
import { OneWay } from "./VariantsPanel";

const Canvas = lazy(() => import("~/canvas/Canvas").then((file) => ({ default: file.Canvas })));

export function MapView(props: PartProps) {
  const { t } = useTranslation("map");
  const { search, change } = props;
  const { view = "map", metric = "deals" } = search;
  return (
    <Stack gap="xs">
      <Group gap="xs">
        <SegmentedControl
          value={view}
          onChange={(to) => change({ view: VIEWS.find((each) => each === to) })}
          data={VIEWS.map((value) => ({ value, label: t(`view.${value}`) }))}
        />
        {view === "map" && (
          <Select
            aria-label={t("metricLabel")}
            w={190}
            value={metric}
            allowDeselect={false}
            data={METRICS.map((value) => ({ value, label: t(`metric.${value}`) }))}
            onChange={(to) => change({ metric: METRICS.find((each) => each === to) })}
          />
        )}
      </Group>
      {search.variant && <OneWay {...props} variant={search.variant} />}
      {view === "drawing" ? <DrawingView {...props} /> : <RealView {...props} />}
    </Stack>
  );
}

function RealView(props: PartProps) {
  const { id, search } = props;
  const { t } = useTranslation("map");
  const query = useQuery(mapOf(id, search));
  return (
    <Asked query={query}>
      {(map) => {
        if (map.activities.length === 0) return <Empty title={t("empty.title")} text={t("empty.text")} />;
        return (
          <>
            <Sliders {...props} map={map} />
            {search.view === "table" ? <MapTables {...props} map={map} /> : <Real {...props} map={map} />}
          </>
        );
      }}
    </Asked>
  );
}

function Real({ search, open, map }: PartProps & { map: ProcessMap }) {
  const { t } = useTranslation("map");
  const words = useMapWords();
  const metric = search.metric ?? "deals";
  const chart = useMemo(() => mapChart(map, metric, words), [map, metric, words]);
  const choose = (element: string | null) => {
    const activity = map.activities.find(({ key }) => key === element);
    if (activity) open(activity.drill, activity.name);
    const flow = map.flows.find(({ source, target }) => `${source}->${target}` === element);
    if (flow) open(flow.drill, chart.arrows.find(({ id: arrow }) => arrow === element)?.told ?? "");
  };
  return (
    <Suspense fallback={<Loading />}>
      <Canvas
        chart={chart}
        label={t("canvas", { process: map.process, count: map.deals })}
        selected={null}
        onSelect={choose}
      />
      <Text size="xs" c="dimmed">
        {t("legend")}
      </Text>
    </Suspense>
  );
}

function DrawingView({ id, search, open }: PartProps) {
  return (
    <Asked query={useQuery(overlayOf(id, search))}>
      {(overlay) => <Drawn overlay={overlay} open={open} />}
    </Asked>
  );
}

function Drawn({ overlay, open }: { overlay: Overlay; open: PartProps["open"] }) {
  const { t } = useTranslation("map");
  const words = useMapWords();
  const chart = useMemo(() => overlayChart(overlay, words), [overlay, words]);
  const names = new Map(overlay.nodes.map(({ key, name }) => [key, name]));
  const choose = (element: string | null) => {
    const node = overlay.nodes.find(({ key }) => key === element);
    if (node?.drill) open(node.drill, node.name);
    const arrow = overlay.arrows.find(({ source, target }) => `${source}->${target}` === element);
    if (arrow?.drill) open(arrow.drill, `${names.get(arrow.source)} → ${names.get(arrow.target)}`);
  };
  return (
    <Suspense fallback={<Loading />}>
      <Canvas
        chart={chart}
        label={t("overlay", { process: overlay.process, number: overlay.version })}
        selected={null}
        onSelect={choose}
      />
      <Text size="xs" c="dimmed">
        {t("overlayLegend", { number: overlay.version })}
      </Text>
    </Suspense>
  );
}

function useMapWords(): Words {
  const { t } = useTranslation("map");
  const format = useFormat();
  return useMemo(
    () => ({
      format,
      start: t("start"),
      times: (count) => t("times", { count }),
      node: ({ deals, stay }) =>
        [
          t("deals", { count: deals }),
          stay.median_hours !== null && format.duration(Number(stay.median_hours) * 3600),
        ]
          .filter(Boolean)
          .join(" · "),
    }),
    [t, format],
  );
}

/** The happy path is always there; these bring in the rest, the most frequent first. */
function Sliders({ search, change, map }: PartProps & { map: ProcessMap }) {
  const { t } = useTranslation("map");
  return (
    <Group grow gap="xl" px="xs">
      <Share
        label={t("activities")}
        hidden={map.hidden_activities}
        value={search.activities ?? 1}
        onChange={(activities) => change({ activities })}
      />
      <Share
        label={t("paths")}
        hidden={map.hidden_flows}
        value={search.paths ?? 1}
        onChange={(paths) => change({ paths })}
      />
    </Group>
  );
}

interface ShareProps {
  label: string;
  hidden: number;
  value: number;
  onChange: (share: number) => void;
}

function Share({ label, hidden, value, onChange }: ShareProps) {
  const { t } = useTranslation("map");
  const format = useFormat();
  const [now, setNow] = useState(value);
  return (
    <div>
      <Text size="xs" c="dimmed">
        {hidden > 0
          ? t("shareHidden", { label, share: format.percent(now, 0), count: hidden })
          : t("share", { label, share: format.percent(now, 0) })}
      </Text>
      <Slider
        min={0}
        max={1}
        step={0.05}
        value={now}
        label={null}
        thumbLabel={label}
        onChange={setNow}
        onChangeEnd={onChange}
      />
    </div>
  );
}
