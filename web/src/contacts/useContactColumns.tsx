/** The columns of the list of contacts. */
import { Button } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/useFormat";
import type { Column } from "~/lists/columns";
import { PhoneRow } from "~/lists/PhoneRow";
import { RowLink } from "~/lists/RowLink";
import list from "~/lists/VirtualList.module.css";
import { type Contact, useContactDeed } from "./queries";
import { useContactName } from "./useContactName";

/** `deleted`: of deleted contacts, which can only be brought back. */
export function useContactColumns(deleted = false): Column<Contact>[] {
  const { t } = useTranslation("contacts");
  const format = useFormat();
  return useMemo(() => {
    const created = {
      key: "created",
      label: t("field.created"),
      width: "130px",
      cell: (row: Contact) => format.date(new Date(row.created_at)),
    };
    const restoring = {
      key: "restore",
      label: "",
      width: "100px",
      cell: (row: Contact) => <Restore contact={row} />,
    };
    return [
      {
        key: "name",
        label: t("field.name"),
        width: "minmax(180px, 2fr)",
        cell: (row) => (deleted ? row.name : <ContactName contact={row} />),
      },
      { key: "title", label: t("field.title"), width: "minmax(120px, 1fr)", cell: (row) => row.title },
      { key: "phone", label: t("field.phone"), width: "160px", cell: (row) => row.phone },
      { key: "email", label: t("field.email"), width: "minmax(160px, 1.5fr)", cell: (row) => row.email },
      deleted ? restoring : created,
    ];
  }, [t, format, deleted]);
}

function ContactName({ contact }: { contact: Contact }) {
  const name = useContactName()(contact);
  return (
    <RowLink to={`/contacts/${contact.id}`} className={list["link"]}>
      {name}
    </RowLink>
  );
}

/** A deleted contact has no page: it can only be brought back. */
function Restore({ contact }: { contact: Contact }) {
  const { t } = useTranslation("contacts");
  const act = useContactDeed();
  return (
    <Button
      size="compact-sm"
      variant="light"
      loading={act.isPending}
      onClick={() => act.mutate({ contact, deed: "restore" })}
    >
      {t("deed.restore")}
    </Button>
  );
}

export function PhoneContact({ contact }: { contact: Contact }) {
  const name = useContactName()(contact);
  const { id, title, phone, email } = contact;
  return <PhoneRow to={`/contacts/${id}`} name={name} about={[title, phone ?? email]} />;
}
