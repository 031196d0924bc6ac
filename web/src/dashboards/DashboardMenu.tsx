/** What else can be done with a dashboard of one's own: another name, deleting it, having it back. */
import { ActionIcon, Button, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconDots } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { RenameDialog } from "~/reports/saved/RenameDialog";
import { type Dashboard, useDeleteDashboard, useRenameDashboard, useRestoreDashboard } from "./queries";

export function DashboardMenu({ dashboard }: { dashboard: Dashboard }) {
  const { t } = useTranslation("dashboards");
  const navigate = useNavigate();
  const [renaming, rename] = useDisclosure();
  const renamed = useRenameDashboard();
  const deleted = useDeleteDashboard();
  const restored = useRestoreDashboard();
  if (dashboard.access === "view") return null;
  if (dashboard.deleted) return <Button onClick={() => restored.mutate(dashboard)}>{t("restore")}</Button>;
  const gone = () => void navigate({ to: "/dashboards" });
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={t("menu", { name: dashboard.name })}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={rename.open}>{t("rename")}</Menu.Item>
          {dashboard.access === "own" && (
            <Menu.Item color="red" onClick={() => deleted.mutate(dashboard, { onSuccess: gone })}>
              {t("delete")}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <RenameDialog
        opened={renaming}
        onClose={rename.close}
        name={dashboard.name}
        onName={(name) => renamed.mutate({ one: dashboard, name })}
      />
    </>
  );
}
