/** One process: a version on its canvas, its review, all versions, a trial on the past, and the move of open deals. */
import { Anchor, Group, Stack, Tabs, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type Command, useCommands } from "~/palette/commands";
import { useRole } from "~/session/SessionContext";
import { Asked } from "~/states/Asked";
import { Empty } from "~/states/Empty";
import { DrawingTab } from "./DrawingTab";
import { MigrationTab } from "./MigrationTab";
import { type Process, processById, type Version } from "./queries";
import { ReviewTab } from "./ReviewTab";
import { TABS } from "./routes";
import { TrialTab } from "./TrialTab";
import { VersionHeader } from "./VersionHeader";
import { VersionsTab } from "./VersionsTab";

const HERE = "/processes/$processId";

export function ProcessPage() {
  const { processId } = useParams({ from: HERE });
  const { version } = useSearch({ from: HERE });
  return (
    <Asked query={useQuery(processById(processId))}>
      {(process) => <Shown process={process} version={chosen(process, version)} />}
    </Asked>
  );
}

/** The version in the address, else the published one, else the newest. */
function chosen(process: Process, number: number | undefined): Version | undefined {
  const find = (wanted: number | null | undefined) => process.versions.find((each) => each.number === wanted);
  return find(number) ?? find(process.latest) ?? process.versions.at(-1);
}

function Shown({ process, version }: { process: Process; version: Version | undefined }) {
  const { t } = useTranslation("process");
  return (
    <Stack gap="sm">
      <Group gap="xs" align="baseline">
        <Anchor component={Link} to="/processes" size="sm">
          {t("title")}
        </Anchor>
        <Title order={1} size="h2">
          {process.name}
        </Title>
      </Group>
      {version ? (
        <>
          <VersionHeader process={process} version={version} />
          <VersionTabs process={process} version={version} />
        </>
      ) : (
        <Empty title={t("noVersion.title")} text={t("noVersion.text")} />
      )}
    </Stack>
  );
}

function VersionTabs({ process, version }: { process: Process; version: Version }) {
  const { t } = useTranslation("process");
  const { tab = "drawing" } = useSearch({ from: HERE });
  const navigate = useNavigate({ from: HERE });
  const tabs = useTabs();
  const go = (to: string | null) =>
    void navigate({ search: (now) => ({ ...now, tab: TABS.find((each) => each === to) }) });
  useCommands(
    useMemo<Command[]>(
      () =>
        tabs.map((each, at) => ({
          id: `process.tab.${each}`,
          group: t("title"),
          label: t(`tab.${each}`),
          keys: String(at + 1),
          run: () => void navigate({ search: (now) => ({ ...now, tab: each }) }),
        })),
      [t, tabs, navigate],
    ),
  );
  return (
    <Tabs value={tab} onChange={go} keepMounted={false}>
      <Tabs.List>
        {tabs.map((each) => (
          <Tabs.Tab key={each} value={each} mih={44}>
            {each === "review" && version.open_comments > 0
              ? t("openComments", { tab: t("tab.review"), count: version.open_comments })
              : t(`tab.${each}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="drawing" pt="sm">
        <DrawingTab key={version.number} process={process} version={version} />
      </Tabs.Panel>
      <Tabs.Panel value="review" pt="sm">
        <ReviewTab process={process} version={version} />
      </Tabs.Panel>
      <Tabs.Panel value="versions" pt="sm">
        <VersionsTab process={process} version={version} />
      </Tabs.Panel>
      <Tabs.Panel value="trial" pt="sm">
        <TrialTab key={version.number} process={process} version={version} />
      </Tabs.Panel>
      <Tabs.Panel value="migration" pt="sm">
        <MigrationTab process={process} />
      </Tabs.Panel>
    </Tabs>
  );
}

/** The tabs that the reader's role can do something with. */
function useTabs() {
  const reviews = useRole("admin", "manager");
  const migrates = useRole("admin");
  return useMemo(
    () =>
      TABS.filter((tab) =>
        tab === "migration" ? migrates : tab === "review" || tab === "trial" ? reviews : true,
      ),
    [reviews, migrates],
  );
}
