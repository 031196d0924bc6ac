/** The list of customers: narrow it, go through it, choose some and do one thing with all of them. */
import { Button, Group, Stack, Title } from "@mantine/core";
import { IconPlus, IconUpload } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import filled from "~/app/Filled.module.css";
import { ColumnChoice } from "~/lists/ColumnChoice";
import { SavedViews } from "~/lists/SavedViews";
import { useNarrowing } from "~/lists/useNarrowing";
import { useRowKeys } from "~/lists/useRowKeys";
import { VirtualList } from "~/lists/VirtualList";
import { type Command, useCommands } from "~/palette/commands";
import { useNames } from "~/people/queries";
import { Asked } from "~/states/Asked";
import { Empty } from "~/states/Empty";
import { ChosenBar } from "./ChosenBar";
import { CustomerFilters } from "./CustomerFilters";
import { NewCustomer } from "./NewCustomer";
import { type CustomerRecord, type CustomerSearch, customerPages } from "./queries";
import { PhoneCustomer, USUAL, useCustomerColumns } from "./useCustomerColumns";

export function CustomersPage() {
  const { t } = useTranslation("customers");
  const { columns: chosenColumns, new: creating, ...search } = useSearch({ from: "/customers" });
  const navigate = useNavigate({ from: "/customers" });
  const pages = useInfiniteQuery(customerPages(search));
  const rows = useMemo(() => pages.data?.pages.flatMap(({ items }) => items) ?? [], [pages.data]);
  const columns = useCustomerColumns(search.status === "deleted");
  const shown = chosenColumns?.split(",") ?? USUAL;
  const box = useRef<HTMLInputElement>(null);
  const [chosen, choose] = useState<ReadonlySet<string>>(new Set());
  const change = useCallback(
    (some: CustomerSearch) => void navigate({ search: (now) => ({ ...now, ...some }), replace: true }),
    [navigate],
  );
  const narrow = useNarrowing("/customers", change);
  const create = useCallback(
    (open: boolean) => void navigate({ search: (now) => ({ ...now, new: open || undefined }) }),
    [navigate],
  );
  const here = useListKeys(
    rows,
    setOf(choose),
    () => create(true),
    () => box.current?.focus(),
  );
  const nameOf = useNames();
  return (
    <Stack gap="sm" className={filled["page"] ?? ""}>
      <Group justify="space-between">
        <Title order={1} size="h2">
          {t("title")}
        </Title>
        <Group gap="xs">
          <Button
            variant="default"
            component={Link}
            to="/import"
            leftSection={<IconUpload size={16} aria-hidden />}
          >
            {t("import")}
          </Button>
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => create(true)}>
            {t("new")}
          </Button>
        </Group>
      </Group>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <CustomerFilters search={search} onChange={narrow} box={box} />
        <Group gap="xs" wrap="nowrap" visibleFrom="sm">
          <SavedViews
            list="customers"
            search={{ ...search, columns: chosenColumns }}
            onChosen={(view) => void navigate({ search: view })}
          />
          <ColumnChoice
            columns={columns.filter(({ key }) => key !== "name" && key !== "restore")}
            shown={shown}
            onChange={(keys) => void navigate({ search: (now) => ({ ...now, columns: keys.join(",") }) })}
          />
        </Group>
      </Group>
      <ChosenBar rows={rows.filter(({ id }) => chosen.has(id))} onDone={() => choose(new Set())} />
      <Asked query={pages}>
        {() =>
          rows.length === 0 ? (
            <NoCustomers narrowed={Object.values(search).some(Boolean)} onNew={() => create(true)} />
          ) : (
            <VirtualList<CustomerRecord>
              label={t("title")}
              rows={rows}
              columns={columns.filter(
                ({ key }) => key === "name" || key === "restore" || shown.includes(key),
              )}
              sort={search.sort ?? "name"}
              onSort={(sort) => narrow({ sort: sort as NonNullable<CustomerSearch["sort"]> })}
              more={{ there: pages.hasNextPage, asking: pages.isFetchingNextPage, ask: pages.fetchNextPage }}
              here={here}
              selected={chosen}
              onSelect={setOf(choose)}
              nameOf={({ name }) => name}
              phone={(row) => <PhoneCustomer customer={row} owner={nameOf(row.owner_id)} />}
            />
          )
        }
      </Asked>
      <NewCustomer opened={creating ?? false} onClose={() => create(false)} />
    </Stack>
  );
}

/** Adds what is not in the set, takes out what is. */
const setOf = (change: (next: (now: ReadonlySet<string>) => ReadonlySet<string>) => void) => (id: string) =>
  change((now) => {
    const next = new Set(now);
    if (!next.delete(id)) next.add(id);
    return next;
  });

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

function useListKeys(
  rows: readonly CustomerRecord[],
  choose: (id: string) => void,
  create: () => void,
  find: () => void,
): number | undefined {
  const { t } = useTranslation("customers");
  const navigate = useNavigate();
  const idAt = (index: number) => rows[index]?.id ?? "";
  const here = useRowKeys({
    group: t("title"),
    count: rows.length,
    open: (index) => void navigate({ to: "/customers/$customerId", params: { customerId: idAt(index) } }),
    choose: (index) => choose(idAt(index)),
  });
  const commands = useMemo<Command[]>(
    () => [
      { id: "customers.new", group: t("title"), label: t("new"), keys: "n", run: create },
      { id: "customers.find", group: t("title"), label: t("search"), keys: "/", run: find },
      {
        id: "customers.import",
        group: t("title"),
        label: t("import"),
        run: () => void navigate({ to: "/import" }),
      },
    ],
    [t, create, find, navigate],
  );
  useCommands(commands);
  return here;
}
