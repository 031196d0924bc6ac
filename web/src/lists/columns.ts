/** Which columns a list can have, and how one of them is shown. */
import type { ReactNode } from "react";

export interface Column<Row> {
  key: string;
  label: string;
  /** As in grid-template-columns: "2fr", "120px". */
  width: string;
  /** The name that the service sorts by, if it does. */
  sort?: string;
  /** Numbers stand at the end of their column. */
  numeric?: boolean;
  cell: (row: Row) => ReactNode;
}

/** The next order when a column's heading is pressed: up, then down. */
export function sortedBy(sort: string, now: string): string {
  return now === sort ? `-${sort}` : sort;
}
