/** A dashboard that comes with Flowline; a copy of it can be arranged. */
import { Button, Group, Stack, Title } from "@mantine/core";
import { useDisclosure, useDocumentTitle } from "@mantine/hooks";
import { IconCopy } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { RenameDialog } from "~/reports/saved/RenameDialog";
import { type DefaultDashboard, useCreateDashboard } from "./queries";
import { Tiles } from "./Tiles";

export function GivenDashboard({ dashboard }: { dashboard: DefaultDashboard }) {
  const { t, i18n } = useTranslation("dashboards");
  const navigate = useNavigate();
  const [naming, ask] = useDisclosure();
  const create = useCreateDashboard();
  const name = i18n.language === "zh" ? dashboard.name_zh : dashboard.name;
  useDocumentTitle(name);
  const copy = async (called: string) => {
    const { id } = await create.mutateAsync({ name: called, tiles: dashboard.tiles });
    await navigate({ to: "/dashboards/$id", params: { id }, search: { arrange: true } });
  };
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={1} size="h2">
          {name}
        </Title>
        <Button variant="default" leftSection={<IconCopy size={16} aria-hidden />} onClick={ask.open}>
          {t("copy")}
        </Button>
      </Group>
      <Tiles tiles={dashboard.tiles} />
      <RenameDialog
        opened={naming}
        onClose={ask.close}
        title={t("copy")}
        name={name}
        onName={(called) => void copy(called).catch(() => {})}
      />
    </Stack>
  );
}
