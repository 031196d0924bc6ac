/** The columns that the list of customers can have, and which of them are shown. */
import { Badge, Button } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/useFormat";
import type { Column } from "~/lists/columns";
import { PhoneRow } from "~/lists/PhoneRow";
import { RowLink } from "~/lists/RowLink";
import list from "~/lists/VirtualList.module.css";
import { useNames } from "~/people/queries";
import type { CustomerRecord } from "./queries";
import { useDeed } from "./useDeed";

export const USUAL = ["owner", "region", "industry", "updated"];

/** `deleted`: of deleted customers, which can only be brought back. */
export function useCustomerColumns(deleted = false): Column<CustomerRecord>[] {
  const { t } = useTranslation("customers");
  const format = useFormat();
  const nameOf = useNames();
  return useMemo(
    () => [
      {
        key: "name",
        label: t("field.name"),
        width: "minmax(220px, 2fr)",
        sort: "name",
        cell: (row) => (deleted ? row.name : <CustomerName customer={row} />),
      },
      ...(deleted
        ? [
            {
              key: "restore",
              label: "",
              width: "110px",
              cell: (row: CustomerRecord) => <Restore customer={row} />,
            },
          ]
        : []),
      {
        key: "owner",
        label: t("field.owner"),
        width: "minmax(100px, 1fr)",
        cell: (row) => nameOf(row.owner_id),
      },
      { key: "region", label: t("field.region"), width: "minmax(100px, 1fr)", cell: (row) => row.region },
      {
        key: "industry",
        label: t("field.industry"),
        width: "minmax(100px, 1fr)",
        cell: (row) => row.industry,
      },
      { key: "kind", label: t("field.kind"), width: "90px", cell: (row) => t(`kind.${row.kind}`) },
      { key: "phone", label: t("field.phone"), width: "140px", cell: (row) => row.phone },
      { key: "source", label: t("field.source"), width: "minmax(90px, 1fr)", cell: (row) => row.source },
      {
        key: "employees",
        label: t("field.employees"),
        width: "100px",
        numeric: true,
        cell: (row) => row.employees !== null && format.number(row.employees),
      },
      {
        key: "revenue",
        label: t("field.annual_revenue"),
        width: "140px",
        numeric: true,
        cell: (row) => row.annual_revenue && format.moneyShort(row.annual_revenue),
      },
      {
        key: "created",
        label: t("field.created"),
        width: "130px",
        sort: "created_at",
        cell: (row) => format.date(new Date(row.created_at)),
      },
      {
        key: "updated",
        label: t("field.updated"),
        width: "130px",
        sort: "updated_at",
        cell: (row) => format.relative(row.updated_at),
      },
    ],
    [t, format, nameOf, deleted],
  );
}

function Restore({ customer }: { customer: CustomerRecord }) {
  const { t } = useTranslation("customers");
  const act = useDeed();
  return (
    <Button
      size="compact-sm"
      variant="light"
      loading={act.isPending}
      onClick={() => act.mutate({ record: customer, deed: "restore" })}
    >
      {t("deed.restore")}
    </Button>
  );
}

function CustomerName({ customer: { id, name, archived } }: { customer: CustomerRecord }) {
  const { t } = useTranslation("customers");
  return (
    <RowLink to={`/customers/${id}`} className={list["link"]}>
      {name}
      {archived && (
        <Badge size="sm" ml="xs" variant="light" color="gray">
          {t("archived")}
        </Badge>
      )}
    </RowLink>
  );
}

/** A customer on a phone: the name, and who looks after it where. */
export function PhoneCustomer({ customer, owner }: { customer: CustomerRecord; owner: string }) {
  const { id, name, region, industry } = customer;
  return <PhoneRow to={`/customers/${id}`} name={name} about={[owner, region, industry]} />;
}
