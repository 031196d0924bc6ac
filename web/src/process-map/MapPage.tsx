/** How a process really runs: its map, its variants, where it loses time, and where it leaves its drawing. */
import { Alert, Group, Select, Stack, Tabs, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/useFormat";
import { type Command, useCommands } from "~/palette/commands";
import { processes } from "~/process/queries";
import { Asked } from "~/states/Asked";
import { Empty } from "~/states/Empty";
import { ConformancePanel } from "./ConformancePanel";
import { DealsDrawer } from "./DealsDrawer";
import classes from "./Map.module.css";
import { MapFilters } from "./MapFilters";
import { MapView } from "./MapView";
import { behindOf, driftOf } from "./queries";
import type { Search } from "./routes";
import { METRICS, PANELS } from "./routes";
import { VariantsPanel } from "./VariantsPanel";
import { WorkPanel } from "./WorkPanel";

export const HERE = "/process-map";

export function MapPage() {
  return (
    <Asked query={useQuery(processes)}>
      {({ items }) => <OfProcess choices={items.map(({ id, name }) => ({ value: id, label: name }))} />}
    </Asked>
  );
}

function OfProcess({ choices }: { choices: { value: string; label: string }[] }) {
  const { t } = useTranslation("map");
  const search = useSearch({ from: HERE });
  const navigate = useNavigate({ from: HERE });
  const id = search.process || choices[0]?.value;
  const change = useChange();
  useMapCommands(change);
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Title order={1} size="h2">
          {t("title")}
        </Title>
        <Select
          aria-label={t("process")}
          w={280}
          data={choices}
          value={id ?? null}
          allowDeselect={false}
          onChange={(process) => void navigate({ search: { process: process ?? "" } })}
        />
      </Group>
      {id ? <Shown key={id} id={id} search={search} change={change} /> : <Empty title={t("nothing")} />}
    </Stack>
  );
}

export type Change = (part: Partial<Search>) => void;

function useChange(): Change {
  const navigate = useNavigate({ from: HERE });
  return useCallback(
    (part) => void navigate({ search: (now) => ({ ...now, ...part }), replace: true, resetScroll: false }),
    [navigate],
  );
}

export interface PartProps {
  id: string;
  search: Search;
  change: Change;
  /** Show the deals behind a number. */
  open: (drill: string, what: string) => void;
}

function Shown({ id, search, change }: Omit<PartProps, "open">) {
  const { t } = useTranslation("map");
  const open = useCallback(
    (drill: string, what: string) => change({ behind: behindOf(drill), what }),
    [change],
  );
  const part = { id, search, change, open };
  const panel = search.panel ?? "variants";
  return (
    <>
      <Drifting id={id} change={change} />
      <MapFilters search={search} change={change} processId={id} />
      <div className={classes["page"]}>
        <MapView {...part} />
        <Tabs
          value={panel}
          onChange={(to) => change({ panel: PANELS.find((each) => each === to) })}
          keepMounted={false}
        >
          <Tabs.List grow>
            {PANELS.map((each) => (
              <Tabs.Tab key={each} value={each} mih={44}>
                {t(`panel.${each}`)}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {search.as_of && panel !== "work" && (
            <Text size="xs" c="dimmed" mt="xs">
              {t("ofToday")}
            </Text>
          )}
          <Tabs.Panel value="variants" pt="sm">
            <VariantsPanel {...part} />
          </Tabs.Panel>
          <Tabs.Panel value="work" pt="sm">
            <WorkPanel {...part} />
          </Tabs.Panel>
          <Tabs.Panel value="conformance" pt="sm">
            <ConformancePanel {...part} />
          </Tabs.Panel>
        </Tabs>
      </div>
      <DealsDrawer
        id={id}
        behind={search.behind ?? ""}
        what={search.what ?? ""}
        onClose={() => change({ behind: undefined, what: undefined })}
      />
    </>
  );
}

/** Of late too many deals leave the drawing. */
function Drifting({ id, change }: { id: string; change: Change }) {
  const { t } = useTranslation("map");
  const format = useFormat();
  const drift = useQuery(driftOf(id)).data;
  if (!drift?.drifting || drift.share === null) return null;
  return (
    <Alert color="orange" variant="light" p="xs" title={t("drift.title")}>
      <Group gap="xs">
        <Text size="sm">
          {t("drift.text", { days: drift.days, share: format.percent(drift.share), count: drift.deals })}
        </Text>
        <Text
          size="sm"
          renderRoot={(props) => (
            <Link to={HERE} search={(now) => ({ ...now, panel: "conformance" as const })} {...props} />
          )}
          onClick={() => change({ panel: "conformance" })}
        >
          {t("drift.show")}
        </Text>
      </Group>
    </Alert>
  );
}

function useMapCommands(change: Change): void {
  const { t } = useTranslation("map");
  useCommands(
    useMemo<Command[]>(() => {
      const group = t("title");
      const views = (["map", "drawing", "table"] as const).map((view, at) => ({
        id: `map.${view}`,
        group,
        label: t(`view.${view}`),
        keys: String(at + 1),
        run: () => change({ view }),
      }));
      const metrics = METRICS.map((metric) => ({
        id: `map.metric.${metric}`,
        group,
        label: t("by", { metric: t(`metric.${metric}`) }),
        run: () => change({ metric }),
      }));
      return [...views, ...metrics];
    }, [t, change]),
  );
}
