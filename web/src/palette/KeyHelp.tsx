/** The keys of this view and of everywhere (`?`), and the switch that turns single keys off. */
import { Kbd, Modal, Stack, Switch, Table, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { type Command, useAllCommands } from "./commands";

interface KeyHelpProps {
  opened: boolean;
  onClose: () => void;
  enabled: boolean;
  onSwitch: (enabled: boolean) => void;
}

export function KeyHelp({ opened, onClose, enabled, onSwitch }: KeyHelpProps) {
  const { t } = useTranslation("shell");
  const groups = Map.groupBy(useAllCommands().filter(hasKeys), ({ group }) => group);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t("keys.title")}
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <Stack>
        <Switch
          checked={enabled}
          onChange={(event) => onSwitch(event.currentTarget.checked)}
          label={t("keys.enabled")}
        />
        <KeyTable
          title={t("keys.always")}
          commands={[{ id: "palette", label: t("palette.open"), keys: "⌘/Ctrl K" }]}
        />
        {[...groups].map(([group, commands]) => (
          <KeyTable key={group} title={group} commands={commands} />
        ))}
      </Stack>
    </Modal>
  );
}

type WithKeys = Pick<Command, "id" | "label"> & { keys: string };

const hasKeys = (command: Command): command is Command & { keys: string } => command.keys !== undefined;

function KeyTable({ title, commands }: { title: string; commands: readonly WithKeys[] }) {
  return (
    <div>
      <Title order={3} size="h6">
        {title}
      </Title>
      <Table>
        <Table.Tbody>
          {commands.map(({ id, label, keys }) => (
            <Table.Tr key={id}>
              <Table.Td>
                <Text size="sm">{label}</Text>
              </Table.Td>
              <Table.Td ta="right">
                <Kbd>{keys}</Kbd>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
