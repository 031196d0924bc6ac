/** What can be done with a tile while a dashboard is being arranged; the arrows do it as well. */
import { ActionIcon, Menu } from "@mantine/core";
import {
  IconArrowLeft,
  IconArrowRight,
  IconArrowsHorizontal,
  IconArrowsVertical,
  IconDots,
  IconTrash,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { heightened, moved, widened, without } from "./arranging";
import type { Tile } from "./queries";

interface TileToolsProps {
  tiles: readonly Tile[];
  tile: Tile;
  name: string;
  onTiles: (tiles: Tile[]) => void;
}

export function TileTools({ tiles, tile: { key }, name, onTiles }: TileToolsProps) {
  const { t } = useTranslation("dashboards");
  const acts = [
    { label: t("tile.earlier"), icon: IconArrowLeft, run: () => moved(tiles, key, -1) },
    { label: t("tile.later"), icon: IconArrowRight, run: () => moved(tiles, key, 1) },
    { label: t("tile.wider"), icon: IconArrowsHorizontal, run: () => widened(tiles, key, 1) },
    { label: t("tile.narrower"), icon: IconArrowsHorizontal, run: () => widened(tiles, key, -1) },
    { label: t("tile.higher"), icon: IconArrowsVertical, run: () => heightened(tiles, key, 1) },
    { label: t("tile.lower"), icon: IconArrowsVertical, run: () => heightened(tiles, key, -1) },
    { label: t("tile.remove"), icon: IconTrash, run: () => without(tiles, key) },
  ];
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" size={44} aria-label={t("tile.menu", { name })}>
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {acts.map(({ label, icon: Icon, run }) => (
          <Menu.Item key={label} leftSection={<Icon size={16} aria-hidden />} onClick={() => onTiles(run())}>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

const BY_KEY: Readonly<Record<string, (tiles: readonly Tile[], key: string) => Tile[]>> = {
  ArrowLeft: (tiles, key) => moved(tiles, key, -1),
  ArrowUp: (tiles, key) => moved(tiles, key, -1),
  ArrowRight: (tiles, key) => moved(tiles, key, 1),
  ArrowDown: (tiles, key) => moved(tiles, key, 1),
  "Shift+ArrowRight": (tiles, key) => widened(tiles, key, 1),
  "Shift+ArrowLeft": (tiles, key) => widened(tiles, key, -1),
  "Shift+ArrowDown": (tiles, key) => heightened(tiles, key, 1),
  "Shift+ArrowUp": (tiles, key) => heightened(tiles, key, -1),
  Delete: without,
};

/** The tiles after a key was pressed on one of them; null for a key that means nothing here. */
export function afterKey(
  tiles: readonly Tile[],
  key: string,
  pressed: string,
  shift: boolean,
): Tile[] | null {
  return BY_KEY[shift ? `Shift+${pressed}` : pressed]?.(tiles, key) ?? null;
}
