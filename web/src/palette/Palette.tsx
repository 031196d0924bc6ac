/** The command palette (cmd/ctrl-k): everything that can be done or opened from here. */
import { Kbd } from "@mantine/core";
import { Spotlight, type SpotlightActionGroupData } from "@mantine/spotlight";
import { IconSearch } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type Command, useAllCommands } from "./commands";

export function Palette() {
  const { t } = useTranslation("shell");
  const commands = useAllCommands();
  const actions = useMemo(() => grouped(commands), [commands]);
  return (
    <Spotlight
      actions={actions}
      nothingFound={t("palette.nothing")}
      highlightQuery
      shortcut="mod + K"
      limit={30}
      scrollable
      maxHeight="60vh"
      searchProps={{
        leftSection: <IconSearch size={18} aria-hidden />,
        placeholder: t("palette.ask"),
        "aria-label": t("palette.ask"),
      }}
    />
  );
}

function grouped(commands: readonly Command[]): SpotlightActionGroupData[] {
  const groups = new Map<string, SpotlightActionGroupData>();
  for (const { id, label, group, run, keys, words } of commands) {
    const found = groups.get(group) ?? { group, actions: [] };
    const action = { id, label, onClick: run, ...(words && { keywords: [...words] }) };
    found.actions.push(keys ? { ...action, rightSection: <Kbd>{keys}</Kbd> } : action);
    groups.set(group, found);
  }
  return [...groups.values()];
}
