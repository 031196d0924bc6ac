/** The way to the palette for who has no keyboard; wide screens show its keys. */
import { ActionIcon, Button, Kbd } from "@mantine/core";
import { spotlight } from "@mantine/spotlight";
import { IconSearch } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

export function PaletteButton() {
  const { t } = useTranslation("shell");
  return (
    <>
      <Button
        visibleFrom="sm"
        variant="default"
        fw={400}
        c="dimmed"
        onClick={spotlight.open}
        leftSection={<IconSearch size={16} aria-hidden />}
        rightSection={<Kbd size="xs">⌘K</Kbd>}
      >
        {t("palette.open")}
      </Button>
      <ActionIcon
        hiddenFrom="sm"
        variant="subtle"
        size={44}
        onClick={spotlight.open}
        aria-label={t("palette.open")}
      >
        <IconSearch size={20} />
      </ActionIcon>
    </>
  );
}
