/** Tiles moved and resized; pure. A dashboard is twelve columns wide. */
import type { Tile } from "./queries";

const WIDTHS = [3, 4, 6, 8, 12] as const;
const MOST_ROWS = 8;

export function moved(tiles: readonly Tile[], key: string, by: number): Tile[] {
  const from = tiles.findIndex((tile) => tile.key === key);
  const to = Math.min(Math.max(from + by, 0), tiles.length - 1);
  return placed(tiles, key, to);
}

/** The tile stands where another one stood. */
export function movedTo(tiles: readonly Tile[], key: string, other: string): Tile[] {
  return placed(
    tiles,
    key,
    tiles.findIndex((tile) => tile.key === other),
  );
}

function placed(tiles: readonly Tile[], key: string, to: number): Tile[] {
  const tile = tiles.find((one) => one.key === key);
  if (!tile || to < 0) return [...tiles];
  return tiles.filter((one) => one.key !== key).toSpliced(to, 0, tile);
}

export const widened = (tiles: readonly Tile[], key: string, by: 1 | -1): Tile[] =>
  tiles.map((tile) => (tile.key === key ? { ...tile, width: nextWidth(tile.width, by) } : tile));

export const heightened = (tiles: readonly Tile[], key: string, by: 1 | -1): Tile[] =>
  tiles.map((tile) =>
    tile.key === key ? { ...tile, height: Math.min(Math.max(tile.height + by, 1), MOST_ROWS) } : tile,
  );

function nextWidth(width: number, by: 1 | -1): number {
  const further = by > 0 ? WIDTHS.find((one) => one > width) : WIDTHS.findLast((one) => one < width);
  return further ?? width;
}

export const without = (tiles: readonly Tile[], key: string): Tile[] =>
  tiles.filter((tile) => tile.key !== key);
