/** Which version is looked at, how far it is, and the steps that it can take next. */
import { Alert, Button, Group, Menu, Select, Text } from "@mantine/core";
import { IconDownload, IconPencil } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { fetchAs } from "~/api/client";
import { problemOf } from "~/api/problem";
import { languageNow } from "~/i18n/languages";
import { useRole, useSession } from "~/session/SessionContext";
import { useRefused } from "~/states/useRefused";
import { type Process, steps, useProcessWrite, type Version } from "./queries";
import { ReviewSteps } from "./ReviewSteps";
import { StatusBadge } from "./StatusBadge";

const HERE = "/processes/$processId";
const FORMATS = [
  ["mermaid", "mmd"],
  ["bpmn", "bpmn"],
  ["drawio", "drawio"],
  ["svg", "svg"],
] as const;

interface HeaderProps {
  process: Process;
  version: Version;
}

export function VersionHeader({ process, version }: HeaderProps) {
  const { t } = useTranslation("process");
  const navigate = useNavigate({ from: HERE });
  const options = process.versions.toReversed().map(({ number, status }) => ({
    value: String(number),
    label: t("underWay", { number, status: t(`status.${status}`) }),
  }));
  return (
    <>
      <Group gap="xs">
        <Select
          aria-label={t("version")}
          w={190}
          data={options}
          value={String(version.number)}
          allowDeselect={false}
          onChange={(number) =>
            void navigate({ search: (now) => ({ ...now, version: Number(number), element: undefined }) })
          }
        />
        <StatusBadge status={version.status} />
        <ReviewSteps process={process} version={version} />
        <NewDraft process={process} version={version} />
        <Export process={process} version={version} />
      </Group>
      <WhyNotApprove version={version} />
    </>
  );
}

/** A published version never changes: drawing on begins with a copy of it. */
function NewDraft({ process, version }: HeaderProps) {
  const { t } = useTranslation("process");
  const navigate = useNavigate({ from: HERE });
  const designs = useRole("admin");
  const draft = useProcessWrite(() => steps.draft(process, { based_on: version.number }));
  if (!designs || version.status === "draft" || version.status === "in_review") return null;
  const open = () =>
    draft.mutate(undefined, {
      onSuccess: () => {
        const number = (process.versions.at(-1)?.number ?? 0) + 1;
        void navigate({ search: { version: number, tab: "drawing" } });
      },
    });
  return (
    <Button
      variant="light"
      leftSection={<IconPencil size={16} aria-hidden />}
      loading={draft.isPending}
      onClick={open}
    >
      {t("drawOn")}
    </Button>
  );
}

function Export({ process, version }: HeaderProps) {
  const { t } = useTranslation("process");
  const refused = useRefused();
  const get = async (format: string, ending: string) => {
    const path = `/api/v1/processes/${process.id}/versions/${version.number}/drawing`;
    const answer = await fetchAs(`${path}?format=${format}&language=${languageNow()}`);
    if (!answer.ok) return refused(problemOf(answer, await answer.json()));
    download(await answer.blob(), `${process.name} v${version.number}.${ending}`);
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} aria-hidden />}>
          {t("export")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {FORMATS.map(([format, ending]) => (
          <Menu.Item key={format} onClick={() => void get(format, ending)}>
            {t(`format.${format}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function download(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Who drew or submitted a version does not approve it: told before the button is missed. */
function WhyNotApprove({ version }: { version: Version }) {
  const { t } = useTranslation("process");
  const { person } = useSession();
  const reviews = useRole("admin", "manager");
  if (version.status !== "in_review" || !reviews) return null;
  const text = isAuthor(version, person.subject)
    ? t("ownVersion")
    : version.open_comments > 0
      ? t("commentsFirst", { count: version.open_comments })
      : t("yourReview");
  return (
    <Alert variant="light" color="blue" p="xs">
      <Text size="sm">{text}</Text>
    </Alert>
  );
}

export const isAuthor = ({ history }: Version, subject: string): boolean =>
  history.some(({ what, who }) => who === subject && ["drafted", "redrawn", "submitted"].includes(what));
