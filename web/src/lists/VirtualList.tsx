/** A list of any length: only the rows in sight are in the page, more is asked for as the end comes near. */
import { useMediaQuery } from "@mantine/hooks";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useRef } from "react";
import type { Pages } from "~/states/ShowMore";
import type { Column } from "./columns";
import { Heading } from "./Heading";
import { ListRow } from "./ListRow";
import classes from "./VirtualList.module.css";

const ROW = 44;
const PHONE_ROW = 64;
const BEYOND = 4; // rows kept ready above and below what is in sight
const AHEAD = 30; // rows before the end at which more is asked for

/** Columns and functions are to stay the same from one drawing to the next, else every row is drawn anew. */
export interface VirtualListProps<Row extends { id: string }> {
  label: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  sort?: string | undefined;
  onSort?: ((sort: string) => void) | undefined;
  pages: Pages;
  /** The row that keys work on. */
  here?: number | undefined;
  selected?: ReadonlySet<string>;
  onSelect?: (id: string) => void;
  nameOf: (row: Row) => string;
  /** One row on a phone, where columns have no room. */
  phone: (row: Row) => ReactNode;
}

export function VirtualList<Row extends { id: string }>(props: VirtualListProps<Row>) {
  const isPhone = useMediaQuery("(max-width: 48em)", window.innerWidth < 768) ?? false;
  // rows of another height are another list: what was measured of the old ones does not hold
  return <List key={String(isPhone)} {...props} isPhone={isPhone} />;
}

function List<Row extends { id: string }>(props: VirtualListProps<Row> & { isPhone: boolean }) {
  const { label, rows, columns, pages, here, selected, isPhone } = props;
  const frame = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => (isPhone ? PHONE_ROW : ROW),
    overscan: BEYOND,
  });
  const shown = virtual.getVirtualItems();
  useNextPage(pages, shown.at(-1)?.index ?? 0, rows.length);
  useEffect(() => {
    if (here !== undefined) virtual.scrollToIndex(here);
  }, [virtual, here]);
  const widths = isPhone ? ["1fr"] : columns.map(({ width }) => width);
  const grid = [...(selected ? ["32px"] : []), ...widths].join(" ");
  return (
    <div ref={frame} className={classes["list"]}>
      <table className={classes["table"]} aria-label={label} aria-rowcount={-1}>
        {!isPhone && <Heading {...props} grid={grid} />}
        <tbody className={classes["rows"]} style={{ height: virtual.getTotalSize() }}>
          {shown.map(({ index, start, size }) => {
            const row = rows[index];
            if (!row) return null;
            const place = { index, start, size, grid, here: index === here };
            return (
              <ListRow key={row.id} {...placed(props)} {...place} row={row} chosen={selected?.has(row.id)} />
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** What a row needs of its list: of what else changes there it is not to hear. */
const placed = <Row extends { id: string }>(list: VirtualListProps<Row> & { isPhone: boolean }) => {
  const { columns, onSelect, nameOf, phone, isPhone } = list;
  return { columns, nameOf, phone, isPhone, ...(onSelect && { onSelect }) };
};

function useNextPage({ hasNextPage, isFetchingNextPage, fetchNextPage }: Pages, last: number, count: number) {
  const wanted = hasNextPage && !isFetchingNextPage && last >= count - AHEAD;
  useEffect(() => {
    if (wanted) void fetchNextPage();
  }, [wanted, fetchNextPage]);
}
