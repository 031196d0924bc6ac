import { expect, test } from "vitest";
import { heightened, moved, movedTo, widened, without } from "./arranging";
import type { Tile } from "./queries";
import { afterKey } from "./TileTools";

const tile = (key: string, width = 4, height = 2) => ({ key, width, height }) as Tile;
const TILES = [tile("a"), tile("b"), tile("c")];
const order = (tiles: readonly Tile[]) => tiles.map(({ key }) => key).join("");

test("a tile moves by one place and stays at the ends", () => {
  expect(order(moved(TILES, "b", 1))).toBe("acb");
  expect(order(moved(TILES, "a", -1))).toBe("abc");
  expect(order(moved(TILES, "c", 1))).toBe("abc");
});

test("a dropped tile stands where the other stood", () => {
  expect(order(movedTo(TILES, "c", "a"))).toBe("cab");
  expect(order(movedTo(TILES, "nobody", "a"))).toBe("abc");
});

test("widths go through those that fill a row, heights have an end", () => {
  expect(widened(TILES, "a", 1)[0]?.width).toBe(6);
  expect(widened([tile("a", 12)], "a", 1)[0]?.width).toBe(12);
  expect(widened([tile("a", 3)], "a", -1)[0]?.width).toBe(3);
  expect(heightened([tile("a", 4, 1)], "a", -1)[0]?.height).toBe(1);
});

test("keys do what the menu does", () => {
  expect(afterKey(TILES, "a", "ArrowRight", false)).toEqual(moved(TILES, "a", 1));
  expect(afterKey(TILES, "a", "ArrowRight", true)).toEqual(widened(TILES, "a", 1));
  expect(afterKey(TILES, "a", "Delete", false)).toEqual(without(TILES, "a"));
  expect(afterKey(TILES, "a", "x", false)).toBeNull();
});
