/** The frame around every view: navigation beside it, on a phone below it; palette, keys and live updates. */
import { AppShell, Burger, Group, ScrollArea, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link, Outlet } from "@tanstack/react-router";
import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import { LiveUpdates } from "~/live/LiveUpdates";
import { KeyHelp } from "~/palette/KeyHelp";
import { useCommandKeys, useKeysSwitch } from "~/palette/keys";
import { Palette } from "~/palette/Palette";
import { Loading } from "~/states/Loading";
import { Navigation } from "./Navigation";
import { PaletteButton } from "./PaletteButton";
import { PhoneBar } from "./PhoneBar";
import classes from "./Shell.module.css";
import { UserMenu } from "./UserMenu";
import { useShellCommands } from "./useShellCommands";

export function Shell() {
  const { t } = useTranslation("shell");
  const [opened, { toggle, close }] = useDisclosure();
  const [helping, help] = useDisclosure();
  const [keys, switchKeys] = useKeysSwitch();
  useCommandKeys(keys);
  useShellCommands(help.open);
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 220, breakpoint: "sm", collapsed: { mobile: !opened } }}
      footer={{ height: { base: 58, sm: 0 } }}
      padding={{ base: "sm", sm: "lg" }}
    >
      <a href="#main" className={classes["skip"]}>
        {t("skip")}
      </a>
      <AppShell.Header px="sm">
        <Group h="100%" justify="space-between" wrap="nowrap">
          <Group gap="xs" wrap="nowrap">
            <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={t("nav.menu")} />
            <Text component={Link} to="/" fw={700} className={classes["name"] ?? ""}>
              {t("product")}
            </Text>
          </Group>
          <PaletteButton />
          <UserMenu onKeys={help.open} />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar component="div" p="xs">
        <AppShell.Section grow component={ScrollArea}>
          <Navigation onGone={close} />
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1}>
        <Suspense fallback={<Loading />}>
          <Outlet />
        </Suspense>
      </AppShell.Main>
      <AppShell.Footer component="div" hiddenFrom="sm">
        <PhoneBar />
      </AppShell.Footer>
      <Palette />
      <KeyHelp opened={helping} onClose={help.close} enabled={keys} onSwitch={switchKeys} />
      <LiveUpdates />
    </AppShell>
  );
}
