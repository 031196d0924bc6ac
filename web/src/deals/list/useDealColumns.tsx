/** The columns of the list of deals, and one deal on a phone. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/useFormat";
import type { Column } from "~/lists/columns";
import { PhoneRow } from "~/lists/PhoneRow";
import { RowLink } from "~/lists/RowLink";
import list from "~/lists/VirtualList.module.css";
import type { Row } from "./queries";

/** Where a deal is looked at: as it is, or as it was at the instant that its list shows. */
export const placeOf = ({ id }: Row, as_of: string | undefined) =>
  `/deals/${id}${as_of ? `?as_of=${encodeURIComponent(as_of)}` : ""}`;

export function useDealColumns(as_of: string | undefined): Column<Row>[] {
  const { t } = useTranslation("deals");
  const format = useFormat();
  return useMemo(
    () => [
      {
        key: "name",
        label: t("field.name"),
        width: "minmax(180px, 2.2fr)",
        sort: "name",
        cell: (row) => (
          <RowLink to={placeOf(row, as_of)} className={list["link"]}>
            {row.name}
          </RowLink>
        ),
      },
      {
        key: "customer",
        label: t("field.customer_id"),
        width: "minmax(120px, 1.4fr)",
        cell: (row) => row.customer,
      },
      { key: "stage", label: t("field.stage"), width: "minmax(110px, 1.1fr)", cell: (row) => row.stage },
      {
        key: "amount",
        label: t("field.amount"),
        width: "minmax(120px, 1fr)",
        sort: "amount",
        numeric: true,
        cell: (row) => row.amount && format.moneyTight(row.amount),
      },
      {
        key: "expected_close",
        label: t("field.expected_close"),
        width: "minmax(110px, 0.9fr)",
        sort: "expected_close",
        cell: (row) => row.expected_close && format.date(row.expected_close),
      },
      {
        key: "owner",
        label: t("field.owner_id"),
        width: "minmax(90px, 0.8fr)",
        cell: (row) => row.owner ?? t("nobody"),
      },
      {
        key: "updated_at",
        label: t("field.updated_at"),
        width: "minmax(90px, 0.8fr)",
        sort: "updated_at",
        cell: (row) => row.updated_at && format.relative(row.updated_at),
      },
    ],
    [t, format, as_of],
  );
}

export function PhoneDeal({ deal, as_of }: { deal: Row; as_of: string | undefined }) {
  const format = useFormat();
  const figure = deal.amount ? { figure: format.moneyTight(deal.amount) } : {};
  return (
    <PhoneRow
      to={placeOf(deal, as_of)}
      name={deal.name}
      about={[deal.customer]}
      state={deal.stage}
      {...figure}
    />
  );
}
