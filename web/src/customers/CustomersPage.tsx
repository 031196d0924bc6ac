/** The list of customers: narrow it, go through it, choose some and do one thing with all of them. */
import { Button, Group, Stack, Title } from "@mantine/core";
import { IconPlus, IconUpload } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "~/api/problem";
import filled from "~/app/Filled.module.css";
import { ColumnChoice } from "~/lists/ColumnChoice";
import { SavedViews } from "~/lists/SavedViews";
import { useNarrowing } from "~/lists/useNarrowing";
import { useRowKeys } from "~/lists/useRowKeys";
import { useRows } from "~/lists/useRows";
import { VirtualList } from "~/lists/VirtualList";
import { type Command, useCommands } from "~/palette/commands";
import { useNames } from "~/people/queries";
import { Asked } from "~/states/Asked";
import { Empty } from "~/states/Empty";
import { NotAllowed } from "~/states/Failed";
import { ChosenBar } from "./ChosenBar";
import { CustomerFilters } from "./CustomerFilters";
import { NewCustomer } from "./NewCustomer";
import { type CustomerRecord, type CustomerSearch, customerPages } from "./queries";
import { PhoneCustomer, USUAL, useCustomerColumns } from "./useCustomerColumns";

const ALWAYS = new Set(["name", "restore"]);
const nameOf = ({ name }: CustomerRecord) => name;

export function CustomersPage() {
  const { t } = useTranslation("customers");
  const { columns: chosenColumns, new: creating, ...search } = useSearch({ from: "/customers" });
  const navigate = useNavigate({ from: "/customers" });
  const pages = useInfiniteQuery(customerPages(search));
  const rows = useRows(pages.data);
  const { all, shown, columns } = useColumns(search.status === "deleted", chosenColumns);
  const { chosen, choose, none } = useChosen();
  const change = useCallback(
    (some: CustomerSearch) => void navigate({ search: (now) => ({ ...now, ...some }), replace: true }),
    [navigate],
  );
  const narrow = useNarrowing("/customers", change);
  const create = useCallback(
    (open: boolean) => void navigate({ search: (now) => ({ ...now, new: open || undefined }) }),
    [navigate],
  );
  useListCommands(create);
  const here = useCustomerKeys(rows, choose);
  const phone = usePhoneRow();
  if (pages.error instanceof Problem && pages.error.isNotAllowed) return <NotAllowed />;
  return (
    <Stack gap="sm" className={filled["page"] ?? ""}>
      <Head onNew={() => create(true)} />
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <CustomerFilters search={search} onChange={narrow} />
        <Group gap="xs" wrap="nowrap" visibleFrom="sm">
          <SavedViews
            list="customers"
            search={{ ...search, columns: chosenColumns }}
            onChosen={(view) => void navigate({ search: view })}
          />
          <ColumnChoice
            columns={all.filter(({ key }) => !ALWAYS.has(key))}
            shown={shown}
            onChange={(keys) => void navigate({ search: (now) => ({ ...now, columns: keys.join(",") }) })}
          />
        </Group>
      </Group>
      <ChosenBar rows={rows.filter(({ id }) => chosen.has(id))} onDone={none} />
      <Asked query={pages}>
        {() =>
          rows.length === 0 ? (
            <NoCustomers narrowed={Object.values(search).some(Boolean)} onNew={() => create(true)} />
          ) : (
            <VirtualList<CustomerRecord>
              label={t("title")}
              rows={rows}
              columns={columns}
              sort={search.sort ?? "name"}
              onSort={(sort) => narrow({ sort: sort as NonNullable<CustomerSearch["sort"]> })}
              pages={pages}
              here={here}
              selected={chosen}
              onSelect={choose}
              nameOf={nameOf}
              phone={phone}
            />
          )
        }
      </Asked>
      <NewCustomer opened={creating ?? false} onClose={() => create(false)} />
    </Stack>
  );
}

function Head({ onNew }: { onNew: () => void }) {
  const { t } = useTranslation("customers");
  return (
    <Group justify="space-between">
      <Title order={1} size="h2">
        {t("title")}
      </Title>
      <Group gap="xs">
        <Button
          visibleFrom="sm"
          variant="default"
          component={Link}
          to="/import"
          leftSection={<IconUpload size={16} aria-hidden />}
        >
          {t("import")}
        </Button>
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={onNew}>
          {t("new")}
        </Button>
      </Group>
    </Group>
  );
}

/** The columns there are, and those that the address (or nobody) chose. */
function useColumns(deleted: boolean, chosen: string | undefined) {
  const all = useCustomerColumns(deleted);
  const shown = useMemo(() => chosen?.split(",") ?? USUAL, [chosen]);
  const columns = useMemo(
    () => all.filter(({ key }) => ALWAYS.has(key) || shown.includes(key)),
    [all, shown],
  );
  return { all, shown, columns };
}

/** The chosen customers; choosing one again lets it go. */
function useChosen() {
  const [chosen, change] = useState<ReadonlySet<string>>(new Set());
  const choose = useCallback((id: string) => change((now) => toggled(now, id)), []);
  return { chosen, choose, none: () => change(new Set()) };
}

function toggled(now: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(now);
  if (!next.delete(id)) next.add(id);
  return next;
}

function usePhoneRow() {
  const ownerOf = useNames();
  return useCallback(
    (customer: CustomerRecord) => <PhoneCustomer customer={customer} owner={ownerOf(customer.owner_id)} />,
    [ownerOf],
  );
}

function NoCustomers({ narrowed, onNew }: { narrowed: boolean; onNew: () => void }) {
  const { t } = useTranslation("customers");
  if (narrowed) return <Empty title={t("none.title")} text={t("none.narrowed")} />;
  return (
    <Empty title={t("none.title")} text={t("none.text")}>
      <Group>
        <Button onClick={onNew}>{t("new")}</Button>
        <Button variant="default" component={Link} to="/import">
          {t("import")}
        </Button>
      </Group>
    </Empty>
  );
}

function useCustomerKeys(rows: readonly CustomerRecord[], choose: (id: string) => void): number | undefined {
  const { t } = useTranslation("customers");
  const navigate = useNavigate();
  const open = useCallback(
    (index: number) =>
      void navigate({ to: "/customers/$customerId", params: { customerId: rows[index]?.id ?? "" } }),
    [rows, navigate],
  );
  const pick = useCallback((index: number) => choose(rows[index]?.id ?? ""), [rows, choose]);
  return useRowKeys({ group: t("title"), count: rows.length, open, choose: pick });
}

function useListCommands(create: (open: boolean) => void): void {
  const { t } = useTranslation("customers");
  const navigate = useNavigate();
  const commands = useMemo<Command[]>(() => {
    const group = t("title");
    return [
      { id: "customers.new", group, label: t("new"), keys: "n", run: () => create(true) },
      { id: "customers.import", group, label: t("import"), run: () => void navigate({ to: "/import" }) },
    ];
  }, [t, create, navigate]);
  useCommands(commands);
}
