/** The tiles of a dashboard in twelve columns; while arranging they move by mouse, by keys and by their menus. */
import { type CSSProperties, type DragEvent, type KeyboardEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { BehindDrawer } from "~/reports/behind/BehindDrawer";
import type { Point } from "~/reports/figure";
import classes from "~/reports/reports.module.css";
import { useWords } from "~/reports/useWords";
import { movedTo } from "./arranging";
import type { Tile } from "./queries";
import { TileCard } from "./TileCard";
import { afterKey, TileTools } from "./TileTools";

interface TilesProps {
  tiles: readonly Tile[];
  /** Present while arranging. */
  onTiles?: ((tiles: Tile[]) => void) | undefined;
}

export function Tiles({ tiles, onTiles }: TilesProps) {
  const words = useWords();
  const [open, setOpen] = useState<Point | null>(null);
  return (
    <>
      <div className={classes["tiles"]}>
        {tiles.map((tile) => (
          <Placed key={tile.key} {...{ tile, tiles, onTiles }}>
            {(tools) => (
              <TileCard tile={tile} words={words} onOpen={setOpen}>
                {tools}
              </TileCard>
            )}
          </Placed>
        ))}
      </div>
      <BehindDrawer
        open={open?.drill ?? null}
        measure={open?.measure?.key ?? null}
        words={words}
        onClose={() => setOpen(null)}
      />
    </>
  );
}

interface PlacedProps extends TilesProps {
  tile: Tile;
  children: (tools: ReactNode) => ReactNode;
}

function Placed({ tile, tiles, onTiles, children }: PlacedProps) {
  const { t } = useTranslation(["dashboards", "reports"]);
  const name = tile.title ?? t(`reports:kinds.${tile.report}.name`, { defaultValue: tile.report });
  const style = { "--columns": tile.width, "--rows": tile.height } as CSSProperties;
  const className = classes["tile"] ?? "";
  if (!onTiles)
    return (
      <div className={className} style={style}>
        {children(null)}
      </div>
    );
  return (
    // biome-ignore lint/a11y/useSemanticElements: a field set is for fields; this is a group that arrows move
    <div
      {...dragging(tile, tiles, onTiles)}
      className={className}
      style={style}
      role="group"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the keys that move a tile need a place to be pressed
      tabIndex={0}
      aria-label={t("tile.hold", { name })}
      onKeyDown={keyed(tile, tiles, onTiles)}
    >
      {children(<TileTools {...{ tiles, tile, name, onTiles }} />)}
    </div>
  );
}

const keyed =
  (tile: Tile, tiles: readonly Tile[], onTiles: (tiles: Tile[]) => void) =>
  (event: KeyboardEvent<HTMLElement>) => {
    if (event.target !== event.currentTarget) return;
    const after = afterKey(tiles, tile.key, event.key, event.shiftKey);
    if (!after) return;
    event.preventDefault();
    onTiles(after);
  };

const dragging = (tile: Tile, tiles: readonly Tile[], onTiles: (tiles: Tile[]) => void) => ({
  draggable: true,
  onDragStart: (event: DragEvent) => event.dataTransfer.setData("text/plain", tile.key),
  onDragOver: (event: DragEvent) => event.preventDefault(),
  onDrop: (event: DragEvent) => {
    event.preventDefault();
    onTiles(movedTo(tiles, event.dataTransfer.getData("text/plain"), tile.key));
  },
});
