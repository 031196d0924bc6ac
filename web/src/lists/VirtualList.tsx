/** A list of any length: only the rows in sight are in the page, more is asked for as the end comes near. */
import { Checkbox, VisuallyHidden } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Column } from "./columns";
import { Heading } from "./Heading";
import classes from "./VirtualList.module.css";

const ROW = 44;
const PHONE_ROW = 64;
const AHEAD = 30; // rows before the end at which more is asked for

export interface VirtualListProps<Row extends { id: string }> {
  label: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  sort?: string;
  onSort?: (sort: string) => void;
  more: { there: boolean; asking: boolean; ask: () => unknown };
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
  const { label, rows, columns, more, here, selected, isPhone } = props;
  const frame = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => (isPhone ? PHONE_ROW : ROW),
    overscan: 8,
  });
  const shown = virtual.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more.there && !more.asking && last >= rows.length - AHEAD) void more.ask();
  }, [more, last, rows.length]);
  useEffect(() => {
    if (here !== undefined) virtual.scrollToIndex(here);
  }, [virtual, here]);
  const widths = isPhone ? ["1fr"] : columns.map(({ width }) => width);
  const grid = { gridTemplateColumns: [...(selected ? ["32px"] : []), ...widths].join(" ") };
  return (
    <div ref={frame} className={classes["list"]}>
      <table className={classes["table"]} aria-label={label} aria-rowcount={-1}>
        {!isPhone && <Heading {...props} grid={grid} />}
        <tbody className={classes["rows"]} style={{ height: virtual.getTotalSize() }}>
          {shown.map(({ index, start, size }) => {
            const row = rows[index];
            const style: CSSProperties = { ...grid, height: size, transform: `translateY(${start}px)` };
            return (
              row && (
                <tr
                  key={row.id}
                  aria-rowindex={index + 2}
                  className={classes["row"]}
                  data-here={index === here || undefined}
                  style={style}
                >
                  <Cells {...props} row={row} />
                </tr>
              )
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

type CellsProps<Row extends { id: string }> = VirtualListProps<Row> & { row: Row; isPhone: boolean };

function Cells<Row extends { id: string }>(props: CellsProps<Row>) {
  const { row, columns, selected, onSelect, nameOf, phone, isPhone } = props;
  const { t } = useTranslation("lists");
  return (
    <>
      {selected && (
        <td>
          <Checkbox
            size="sm"
            checked={selected.has(row.id)}
            onChange={() => onSelect?.(row.id)}
            aria-label={t("choose", { name: nameOf(row) })}
          />
        </td>
      )}
      {isPhone ? (
        <td className={classes["cell"]}>{phone(row)}</td>
      ) : (
        columns.map(({ key, numeric, cell }) => (
          <td key={key} className={classes["cell"]} data-numeric={numeric || undefined}>
            {cell(row)}
          </td>
        ))
      )}
    </>
  );
}

/** The heading of the column in which rows are chosen: how many are. */
export function Chosen({ count }: { count: number }) {
  const { t } = useTranslation("lists");
  return (
    <th scope="col">
      <VisuallyHidden>{t("chosen")}</VisuallyHidden>
      {count > 0 && count}
    </th>
  );
}
