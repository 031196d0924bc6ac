/** One report: what is asked, its figures, charts or tables, and beside it what a number is made of. */
import { Collapse, Group, Stack, Text, Title } from "@mantine/core";
import { useDisclosure, useDocumentTitle, useMediaQuery } from "@mantine/hooks";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { Unfold } from "~/lists/Unfold";
import { Asked } from "~/states/Asked";
import { NotFound } from "~/states/Failed";
import { AsOf, PastBanner } from "./asking/AsOf";
import { DayPickers } from "./asking/DayPickers";
import { FilterPicker, FilterPills } from "./asking/FilterPicker";
import { OptionPickers } from "./asking/OptionPickers";
import { type AskingProps, PeriodPicker } from "./asking/PeriodPicker";
import { BehindDrawer } from "./behind/BehindDrawer";
import type { Point } from "./figure";
import type { Kind } from "./kinds/kind";
import { kindOf } from "./kinds/kinds";
import { ReportActions } from "./ReportActions";
import { ReportBody } from "./ReportBody";
import classes from "./reports.module.css";
import { shownOf, useReport } from "./useReport";
import { useReportCommands } from "./useReportCommands";
import { useWords } from "./useWords";

export function ReportPage() {
  const { kind: key } = useParams({ from: "/reports/$kind" });
  const kind = kindOf(key);
  return kind ? <Report key={key} kind={kind} /> : <NotFound />;
}

function Report({ kind }: { kind: Kind }) {
  const { t } = useTranslation("reports");
  const search = useSearch({ from: "/reports/$kind" });
  const ask = useAsk();
  const words = useWords();
  const { address, asked, query } = useReport(kind, search);
  const title = t(`kinds.${kind.key}.name`);
  useDocumentTitle(title);
  useReportCommands(kind, { search, ask, address });
  const open = useCallback(
    ({ drill, measure }: Point) => drill && ask({ open: drill, measure: measure?.key }),
    [ask],
  );
  return (
    <Stack>
      <Group justify="space-between" align="flex-start">
        <div>
          <Title order={1} size="h2">
            {title}
          </Title>
          <Text c="dimmed" size="sm" maw={720}>
            {t(`kinds.${kind.key}.says`)}
          </Text>
        </div>
        <ReportActions {...{ kind, search, ask, asked, address }} />
      </Group>
      <AskingBar {...{ kind, search, ask }} />
      <PastBanner search={search} ask={ask} />
      <Asked query={query}>
        {(answer) => (
          <ReportBody
            {...{ kind, search, words }}
            shown={shownOf(answer)}
            onOpen={open}
            stale={query.isPlaceholderData}
          />
        )}
      </Asked>
      <BehindDrawer
        open={search.open ?? null}
        measure={search.measure ?? null}
        words={words}
        onClose={() => ask({ open: undefined, measure: undefined })}
      />
    </Stack>
  );
}

/** On a phone the period stands alone, and the rest is folded away: the answer is what one came for. */
function AskingBar({ kind, search, ask }: AskingProps & { kind: Kind }) {
  const { t } = useTranslation("reports");
  const phone = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });
  const [opened, { toggle }] = useDisclosure();
  const others = <OtherPickers {...{ kind, search, ask }} />;
  return (
    <Stack gap="xs" role="search" className={classes["touch"] ?? ""}>
      <Group gap="xs" align="flex-end">
        <PeriodPicker
          {...{ search, ask }}
          label={kind.key === "forecast" ? t("closeWindow") : t("period")}
          comparable={kind.comparable}
        />
        {phone ? <Unfold label={t("settings")} opened={opened} onToggle={toggle} /> : others}
      </Group>
      {phone && (
        <Collapse expanded={opened}>
          <Group gap="xs" align="flex-end">
            {others}
          </Group>
        </Collapse>
      )}
      <FilterPills {...{ search, ask }} filters={kind.filters} />
    </Stack>
  );
}

function OtherPickers({ kind, search, ask }: AskingProps & { kind: Kind }) {
  return (
    <>
      <OptionPickers {...{ kind, search, ask }} />
      <DayPickers {...{ kind, search, ask }} />
      <FilterPicker {...{ search, ask }} filters={kind.filters} />
      {kind.past && <AsOf {...{ search, ask }} />}
    </>
  );
}

/** What is asked stands in the address; opening a list can be taken back, a filter replaces the one before. */
function useAsk(): AskingProps["ask"] {
  const navigate = useNavigate({ from: "/reports/$kind" });
  return useCallback(
    (change) => {
      const replace = !("open" in change);
      void navigate({ search: (before) => without({ ...before, ...change }), replace, resetScroll: false });
    },
    [navigate],
  );
}

const without = <T extends object>(search: T): T =>
  Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as T;
