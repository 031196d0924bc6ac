/** The command palette (cmd/ctrl-k): everything that can be done from here, and what the services find to be opened. */
import { Kbd } from "@mantine/core";
import { Spotlight, type SpotlightActionGroupData } from "@mantine/spotlight";
import { IconSearch } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Command, useAllCommands } from "./commands";
import { useFound } from "./found";
import { matching } from "./matching";

export function Palette() {
  const { t } = useTranslation("shell");
  const [typed, type] = useState("");
  const commands = useAllCommands();
  const found = useFound(typed);
  const actions = useMemo(() => grouped([...matching(commands, typed), ...found]), [commands, typed, found]);
  return (
    <Spotlight
      query={typed}
      onQueryChange={type}
      actions={actions}
      filter={(_typed, all) => all}
      nothingFound={t("palette.nothing")}
      highlightQuery
      shortcut="mod + K"
      limit={40}
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
  for (const { id, label, group, run, keys } of commands) {
    const found = groups.get(group) ?? { group, actions: [] };
    const action = { id, label, onClick: run };
    found.actions.push(keys ? { ...action, rightSection: <Kbd>{keys}</Kbd> } : action);
    groups.set(group, found);
  }
  return [...groups.values()];
}
