/** The rows of the list, of which only those in sight are in the document; on a phone each is two lines. */
import { Text, UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/useFormat";
import { DEAL_SORTS, type DealSearch } from "../routes";
import classes from "./DealsPage.module.css";
import type { Row } from "./queries";

const ROW = 56; // the same in DealsPage.module.css
const AHEAD = 20;

interface DealTableProps {
  rows: readonly Row[];
  sortable: boolean;
  onEnd: () => void;
}

export function DealTable({ rows, sortable, onEnd }: DealTableProps) {
  const { t } = useTranslation("deals");
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 6,
    getItemKey: (index) => rows[index]?.id ?? index,
  });
  const shown = virtual.getVirtualItems();
  const near = (shown.at(-1)?.index ?? 0) >= rows.length - AHEAD;
  useEffect(() => {
    if (near) onEnd();
  }, [near, onEnd]);
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows placed by hand cannot stand in a table
    <div
      role="table"
      aria-label={t("title")}
      aria-rowcount={rows.length}
      className={classes["table"]}
      ref={scroller}
    >
      <Head sortable={sortable} />
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <div role="rowgroup" className={classes["body"]} style={{ height: virtual.getTotalSize() }}>
        {shown.map(({ index, start }) => {
          const row = rows[index];
          return row && <DealRow key={row.id} row={row} index={index} top={start} />;
        })}
      </div>
    </div>
  );
}

const COLUMNS: readonly Pick<HeadCellProps, "name" | "by" | "right">[] = [
  { name: "name", by: "name" },
  { name: "customer_id" },
  { name: "stage" },
  { name: "amount", by: "amount", right: true },
  { name: "expected_close", by: "expected_close" },
  { name: "owner_id" },
  { name: "updated_at", by: "updated_at" },
];

function Head({ sortable }: { sortable: boolean }) {
  const { sort = DEAL_SORTS[0] } = useSearch({ from: "/deals" });
  const navigate = useNavigate({ from: "/deals" });
  const by = (key: string) => {
    const next = (sort === key ? `-${key}` : key) as DealSearch["sort"];
    void navigate({ search: (before) => ({ ...before, sort: next }), replace: true });
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: as above
    // biome-ignore lint/a11y/useFocusableInteractive: its buttons are what has the focus
    <div role="row" className={classes["headRow"]}>
      {COLUMNS.map((column) => (
        <HeadCell key={column.name} {...column} sort={sort} onSort={sortable ? by : undefined} />
      ))}
    </div>
  );
}

interface HeadCellProps {
  name: string;
  /** By what a press orders the list; nothing to order by without it. */
  by?: string;
  right?: boolean;
  sort: string;
  onSort: ((key: string) => void) | undefined;
}

function HeadCell({ name, by, right, sort, onSort }: HeadCellProps) {
  const { t } = useTranslation("deals");
  const label = t(`field.${name}`);
  const order = sort === by ? "ascending" : sort === `-${by}` ? "descending" : undefined;
  return (
    // biome-ignore lint/a11y/useSemanticElements: as above
    // biome-ignore lint/a11y/useFocusableInteractive: as above
    <div role="columnheader" aria-sort={order} data-right={right}>
      {by && onSort ? (
        <UnstyledButton className={classes["sort"] ?? ""} onClick={() => onSort(by)}>
          {label}
          {order === "descending" && <IconArrowDown size={14} aria-hidden />}
          {order === "ascending" && <IconArrowUp size={14} aria-hidden />}
        </UnstyledButton>
      ) : (
        label
      )}
    </div>
  );
}

function DealRow({ row, index, top }: { row: Row; index: number; top: number }) {
  const { t } = useTranslation("deals");
  const format = useFormat();
  const { as_of } = useSearch({ from: "/deals" });
  const cells = [
    { name: "customer", text: row.customer ?? "" },
    { name: "stage", text: row.stage },
    { name: "amount", text: row.amount ? format.money(row.amount) : "", right: true },
    { name: "expected", text: row.expected_close ? format.date(row.expected_close) : "" },
    { name: "owner", text: row.owner ?? t("nobody") },
    { name: "updated", text: row.updated_at ? format.relative(row.updated_at) : "" },
  ];
  return (
    // biome-ignore lint/a11y/useSemanticElements: as above
    // biome-ignore lint/a11y/useFocusableInteractive: its link is what has the focus
    <div role="row" aria-rowindex={index + 1} className={classes["row"]} style={{ top }}>
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <div role="cell" data-cell="name">
        <Link
          to="/deals/$dealId"
          params={{ dealId: row.id }}
          search={as_of ? { as_of } : {}}
          className={classes["name"] ?? ""}
        >
          {row.name}
        </Link>
      </div>
      {cells.map(({ name, text, right }) => (
        // biome-ignore lint/a11y/useSemanticElements: as above
        <div role="cell" key={name} data-cell={name} data-right={right || undefined}>
          <Text size="sm" truncate>
            {text}
          </Text>
        </div>
      ))}
    </div>
  );
}
