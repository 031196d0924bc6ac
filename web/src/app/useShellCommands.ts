/** The commands that are there on every page: going to a room, language, colours, keys, signing out. */
import { useMantineColorScheme } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { speak } from "~/i18n/languages";
import { type Command, useCommands } from "~/palette/commands";
import { useSession } from "~/session/SessionContext";
import { ROOMS } from "./navigation";

export function useShellCommands(showKeys: () => void): void {
  const { t, i18n } = useTranslation("shell");
  const navigate = useNavigate();
  const session = useSession();
  const { toggleColorScheme } = useMantineColorScheme();
  const commands = useMemo<Command[]>(() => {
    const other = i18n.language === "zh" ? "en" : "zh";
    const going = ROOMS.map(({ to, label, keys }) => ({
      id: `go${to}`,
      label: t(label),
      group: t("palette.go"),
      keys,
      words: [to.slice(1)],
      run: () => void navigate({ to }),
    }));
    const page = { group: t("palette.page") };
    return [
      ...going,
      { ...page, id: "keys", label: t("keys.title"), keys: "?", run: showKeys },
      { ...page, id: "language", label: t("user.otherLanguage"), run: () => void speak(other) },
      { ...page, id: "colours", label: t("user.colours"), run: toggleColorScheme },
      { ...page, id: "sign-out", label: t("user.signOut"), run: () => session.signOut() },
    ];
  }, [t, i18n.language, navigate, session, toggleColorScheme, showKeys]);
  useCommands(commands);
}
