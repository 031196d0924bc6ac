/** One row of a list. Rows are made by the dozen while one scrolls: they hold few elements, and are drawn anew only when they change. */
import { memo } from "react";
import { useTranslation } from "react-i18next";
import type { VirtualListProps } from "./VirtualList";
import classes from "./VirtualList.module.css";

interface ListRowProps<Row extends { id: string }>
  extends Pick<VirtualListProps<Row>, "columns" | "onSelect" | "nameOf" | "phone"> {
  row: Row;
  index: number;
  /** Where it stands in its list and how high it is, in pixels. */
  start: number;
  size: number;
  /** As grid-template-columns. */
  grid: string;
  here: boolean;
  /** Whether it is chosen; left out where rows cannot be. */
  chosen: boolean | undefined;
  isPhone: boolean;
}

function Row<Row extends { id: string }>(props: ListRowProps<Row>) {
  const { row, index, start, size, grid, here, chosen, columns, phone, isPhone } = props;
  const style = { gridTemplateColumns: grid, height: size, transform: `translateY(${start}px)` };
  return (
    <tr aria-rowindex={index + 2} className={classes["row"]} data-here={here || undefined} style={style}>
      {chosen !== undefined && <Choice {...props} chosen={chosen} />}
      {isPhone ? (
        <td className={classes["cell"]}>{phone(row)}</td>
      ) : (
        columns.map(({ key, numeric, cell }) => (
          <td key={key} className={classes["cell"]} data-numeric={numeric || undefined}>
            {cell(row)}
          </td>
        ))
      )}
    </tr>
  );
}

export const ListRow = memo(Row) as typeof Row;

/** The browser's own box: a list makes dozens of them at a stroke. */
function Choice<Row extends { id: string }>({
  row,
  chosen,
  onSelect,
  nameOf,
}: ListRowProps<Row> & { chosen: boolean }) {
  const { t } = useTranslation("lists");
  return (
    <td>
      <label className={classes["choice"]}>
        <input
          type="checkbox"
          checked={chosen}
          onChange={() => onSelect?.(row.id)}
          aria-label={t("choose", { name: nameOf(row) })}
        />
      </label>
    </td>
  );
}
