/** What can be done with a report: chart or table, a file of it, keeping its question under a name. */
import { Button, Group, Menu, SegmentedControl } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconDownload, IconStar } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useRefused } from "~/states/useRefused";
import type { AskingProps } from "./asking/PeriodPicker";
import type { Kind } from "./kinds/kind";
import { download } from "./queries";
import classes from "./reports.module.css";
import { SaveReport } from "./saved/SaveReport";
import type { Asked } from "./search";

interface ReportActionsProps extends AskingProps {
  kind: Kind;
  asked: Asked;
  address: string;
}

export function ReportActions({ kind, search, ask, asked, address }: ReportActionsProps) {
  const { t } = useTranslation("reports");
  const [saving, save] = useDisclosure();
  return (
    <Group gap="xs" className={classes["touch"] ?? ""}>
      <SegmentedControl
        aria-label={t("view.label")}
        value={search.view === "table" ? "table" : "chart"}
        onChange={(view) => ask({ view: view === "table" ? view : undefined })}
        data={[
          { value: "chart", label: t("view.chart") },
          { value: "table", label: t("view.table") },
        ]}
      />
      {kind.key !== "conformance" && (
        <>
          <Download kind={kind} address={address} />
          <Button variant="default" leftSection={<IconStar size={16} aria-hidden />} onClick={save.open}>
            {t("save.button")}
          </Button>
          <SaveReport opened={saving} onClose={save.close} {...{ kind, asked, search }} />
        </>
      )}
    </Group>
  );
}

function Download({ kind, address }: { kind: Kind; address: string }) {
  const { t } = useTranslation("reports");
  const refused = useRefused();
  const name = t(`kinds.${kind.key}.name`);
  const get = (format: "csv" | "xlsx") => void download(address, format, name).catch(refused);
  return (
    <Menu>
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} aria-hidden />}>
          {t("download.button")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => get("csv")}>{t("download.csv")}</Menu.Item>
        <Menu.Item onClick={() => get("xlsx")}>{t("download.xlsx")}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
