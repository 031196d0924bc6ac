/** What keys and the palette do on a report: chart or table, files, comparison, back to now, another report. */
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type Command, useCommands } from "~/palette/commands";
import { useRefused } from "~/states/useRefused";
import type { AskingProps } from "./asking/PeriodPicker";
import type { Kind } from "./kinds/kind";
import { KINDS } from "./kinds/kinds";
import { download } from "./queries";

export function useReportCommands(
  kind: Kind,
  { search, ask, address }: AskingProps & { address: string },
): void {
  const { t } = useTranslation("reports");
  const refused = useRefused();
  const { view, compare_to, as_of } = search;
  const commands = useMemo<Command[]>(() => {
    const group = t(`kinds.${kind.key}.name`);
    const get = (format: "csv" | "xlsx") => void download(address, format, group).catch(refused);
    const found: Command[] = [
      {
        id: "report.view",
        group,
        label: t("command.view"),
        keys: "t",
        run: () => ask({ view: view ? undefined : "table" }),
      },
    ];
    if (kind.comparable) {
      const to = compare_to ? undefined : "previous_period";
      found.push({
        id: "report.compare",
        group,
        label: t("command.compare"),
        keys: "c",
        run: () => ask({ compare_to: to }),
      });
    }
    if (as_of) {
      const run = () => ask({ as_of: undefined, known_at: undefined });
      found.push({ id: "report.now", group, label: t("asOf.now"), keys: "n", run });
    }
    if (kind.key !== "conformance") {
      found.push({ id: "report.csv", group, label: t("download.csv"), keys: "d c", run: () => get("csv") });
      found.push({
        id: "report.xlsx",
        group,
        label: t("download.xlsx"),
        keys: "d x",
        run: () => get("xlsx"),
      });
    }
    return found;
  }, [t, kind, ask, address, view, compare_to, as_of, refused]);
  useCommands(commands);
  useOtherReports();
}

/** Every report can be gone to by its name. */
export function useOtherReports(): void {
  const { t } = useTranslation("reports");
  const navigate = useNavigate();
  const commands = useMemo<Command[]>(
    () =>
      KINDS.map(({ key }) => ({
        id: `report.go.${key}`,
        group: t("title"),
        label: t(`kinds.${key}.name`),
        words: [key],
        run: () => void navigate({ to: "/reports/$kind", params: { kind: key } }),
      })),
    [t, navigate],
  );
  useCommands(commands);
}
