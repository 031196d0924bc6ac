/** The list of contacts; names are kept sealed, so they are searched, not sorted: the newest come first. */
import { Button, Group, Stack, Switch, Title } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import filled from "~/app/Filled.module.css";
import { FindBox } from "~/lists/FindBox";
import { SavedViews } from "~/lists/SavedViews";
import { useNarrowing } from "~/lists/useNarrowing";
import { useRowKeys } from "~/lists/useRowKeys";
import { useRows } from "~/lists/useRows";
import { VirtualList } from "~/lists/VirtualList";
import { type Command, useCommands } from "~/palette/commands";
import { useRole } from "~/session/SessionContext";
import { Asked } from "~/states/Asked";
import { Empty } from "~/states/Empty";
import { NewContact } from "./NewContact";
import { type Contact, contactPages } from "./queries";
import { PhoneContact, useContactColumns } from "./useContactColumns";
import { useContactName } from "./useContactName";

const phone = (contact: Contact) => <PhoneContact contact={contact} />;

export function ContactsPage() {
  const { t } = useTranslation("contacts");
  const { new: creating, ...search } = useSearch({ from: "/contacts" });
  const navigate = useNavigate({ from: "/contacts" });
  const pages = useInfiniteQuery(contactPages(search));
  const rows = useRows(pages.data);
  const columns = useContactColumns(search.deleted);
  const nameOf = useContactName();
  const restores = useRole("admin");
  const change = useCallback(
    (some: typeof search) => void navigate({ search: (now) => ({ ...now, ...some }), replace: true }),
    [navigate],
  );
  const narrow = useNarrowing("/contacts", change);
  const create = useCallback(
    (open: boolean) => void navigate({ search: (now) => ({ ...now, new: open || undefined }) }),
    [navigate],
  );
  useListCommands(create);
  const here = useContactKeys(rows);
  return (
    <Stack gap="sm" className={filled["page"] ?? ""}>
      <Group justify="space-between">
        <Title order={1} size="h2">
          {t("title")}
        </Title>
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => create(true)}>
          {t("new")}
        </Button>
      </Group>
      <Group gap="sm">
        <FindBox
          group={t("title")}
          flex="1 1 220px"
          maw={340}
          label={t("search")}
          words={search.q}
          onAsk={(words) => narrow({ q: words })}
        />
        {restores && (
          <Switch
            label={t("deleted")}
            checked={search.deleted ?? false}
            onChange={(event) => narrow({ deleted: event.currentTarget.checked || undefined })}
          />
        )}
        <SavedViews list="contacts" search={search} onChosen={(view) => void navigate({ search: view })} />
      </Group>
      <Asked query={pages}>
        {() =>
          rows.length === 0 ? (
            <Empty title={t("none.title")} text={search.q ? t("none.narrowed") : t("none.text")} />
          ) : (
            <VirtualList<Contact>
              label={t("title")}
              rows={rows}
              columns={columns}
              pages={pages}
              here={here}
              nameOf={nameOf}
              phone={phone}
            />
          )
        }
      </Asked>
      <NewContact opened={creating ?? false} onClose={() => create(false)} />
    </Stack>
  );
}

function useContactKeys(rows: readonly Contact[]): number | undefined {
  const { t } = useTranslation("contacts");
  const navigate = useNavigate();
  const open = useCallback(
    (index: number) =>
      void navigate({ to: "/contacts/$contactId", params: { contactId: rows[index]?.id ?? "" } }),
    [rows, navigate],
  );
  return useRowKeys({ group: t("title"), count: rows.length, open });
}

function useListCommands(create: (open: boolean) => void): void {
  const { t } = useTranslation("contacts");
  const commands = useMemo<Command[]>(
    () => [{ id: "contacts.new", group: t("title"), label: t("new"), keys: "n", run: () => create(true) }],
    [t, create],
  );
  useCommands(commands);
}
