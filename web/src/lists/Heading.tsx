/** The headings of a list; those by which the service sorts can be pressed. */
import { VisuallyHidden } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { type Column, sortedBy } from "./columns";
import type { VirtualListProps } from "./VirtualList";
import classes from "./VirtualList.module.css";

type HeadingProps<Row extends { id: string }> = VirtualListProps<Row> & { grid: string };

export function Heading<Row extends { id: string }>({
  columns,
  selected,
  grid,
  ...order
}: HeadingProps<Row>) {
  return (
    <thead className={classes["head"]}>
      <tr className={classes["headings"]} style={{ gridTemplateColumns: grid }}>
        {selected && <Chosen count={selected.size} />}
        {columns.map((column) => (
          <ColumnHeading key={column.key} column={column} {...order} />
        ))}
      </tr>
    </thead>
  );
}

/** The heading of the column in which rows are chosen: how many are. */
function Chosen({ count }: { count: number }) {
  const { t } = useTranslation("lists");
  return (
    <th scope="col">
      <VisuallyHidden>{t("chosen")}</VisuallyHidden>
      {count > 0 && count}
    </th>
  );
}

interface ColumnHeadingProps<Row extends { id: string }>
  extends Pick<VirtualListProps<Row>, "sort" | "onSort"> {
  column: Column<Row>;
}

function ColumnHeading<Row extends { id: string }>({ column, sort, onSort }: ColumnHeadingProps<Row>) {
  const { label, numeric, sort: by } = column;
  const shared = { scope: "col", className: classes["cell"], "data-numeric": numeric || undefined } as const;
  if (!by || !onSort) return <th {...shared}>{label}</th>;
  const order = sort === by ? "ascending" : sort === `-${by}` ? "descending" : "none";
  return (
    <th {...shared} aria-sort={order}>
      <button
        type="button"
        className={classes["sort"]}
        data-sorted={order !== "none" || undefined}
        onClick={() => onSort(sortedBy(by, sort ?? ""))}
      >
        {label} {ARROWS[order]}
      </button>
    </th>
  );
}

const ARROWS = { ascending: "↑", descending: "↓", none: "" } as const;
