/** The columns of the list of contacts. */
import { Anchor, Button, Group, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/useFormat";
import type { Column } from "~/lists/columns";
import { type Contact, useContactDeed } from "./queries";
import { useContactName } from "./useContactName";

export function useContactColumns(): Column<Contact>[] {
  const { t } = useTranslation("contacts");
  const format = useFormat();
  return useMemo(
    () => [
      {
        key: "name",
        label: t("field.name"),
        width: "minmax(180px, 2fr)",
        cell: (row) => <ContactName contact={row} />,
      },
      { key: "title", label: t("field.title"), width: "minmax(120px, 1fr)", cell: (row) => row.title },
      { key: "phone", label: t("field.phone"), width: "160px", cell: (row) => row.phone },
      { key: "email", label: t("field.email"), width: "minmax(160px, 1.5fr)", cell: (row) => row.email },
      {
        key: "created",
        label: t("field.created"),
        width: "130px",
        cell: (row) => format.date(new Date(row.created_at)),
      },
    ],
    [t, format],
  );
}

function ContactName({ contact }: { contact: Contact }) {
  const name = useContactName()(contact);
  return (
    <Anchor component={Link} to={`/contacts/${contact.id}`} size="sm" fw={500} c="inherit" truncate>
      {name}
    </Anchor>
  );
}

/** A deleted contact has no page: it can only be brought back. */
export function Restore({ contact }: { contact: Contact }) {
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
  return (
    <Group justify="space-between" wrap="nowrap">
      <Link
        to="/contacts/$contactId"
        params={{ contactId: contact.id }}
        style={{ color: "inherit", textDecoration: "none", minWidth: 0, flex: 1 }}
      >
        <Text fw={500} truncate lh="22px">
          {name}
        </Text>
        <Text size="xs" c="dimmed" truncate lh="20px">
          {[contact.title, contact.phone ?? contact.email].filter(Boolean).join(" · ") || "—"}
        </Text>
      </Link>
    </Group>
  );
}
