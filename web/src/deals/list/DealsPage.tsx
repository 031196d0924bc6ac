/** All deals that one may see, by filter and order, now or at any instant; the address holds all of it. */
import { Button, Group, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import filled from "~/app/Filled.module.css";
import { SavedViews } from "~/lists/SavedViews";
import { useRowKeys } from "~/lists/useRowKeys";
import { useRows } from "~/lists/useRows";
import { VirtualList } from "~/lists/VirtualList";
import { type Command, useCommands } from "~/palette/commands";
import { myself } from "~/people/queries";
import { useRole } from "~/session/SessionContext";
import { Asked } from "~/states/Asked";
import { Empty } from "~/states/Empty";
import { Loading } from "~/states/Loading";
import { OpenDeal } from "../opening/OpenDeal";
import { sellingProcesses } from "../queries";
import { DEAL_SORTS, type DealSearch } from "../routes";
import { DealFilters } from "./DealFilters";
import { dealPages, type ListAsked, type Row } from "./queries";
import { PhoneDeal, placeOf, useDealColumns } from "./useDealColumns";

export function DealsPage() {
  const { t } = useTranslation("deals");
  useDocumentTitle(t("title"));
  const [opening, open] = useState(false);
  const search = useSearch({ from: "/deals" });
  const navigate = useNavigate();
  const processes = useQuery(sellingProcesses).data ?? [];
  const { asked, owner } = useListAsked();
  const commands = useMemo<Command[]>(
    () => [
      { id: "deals.new", group: t("title"), label: t("opening.title"), keys: "n", run: () => open(true) },
    ],
    [t],
  );
  useCommands(commands);
  return (
    <div className={filled["page"]}>
      <Group justify="space-between" mb="sm" wrap="nowrap">
        <Title order={1} size="h2">
          {t("title")}
        </Title>
        <Group gap="xs" wrap="nowrap">
          <SavedViews
            list="deals"
            search={search}
            onChosen={(view) => void navigate({ to: "/deals", search: view })}
          />
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => open(true)}>
            {t("opening.open")}
          </Button>
        </Group>
      </Group>
      <DealFilters owner={owner} processes={processes} />
      {asked ? <List asked={asked} /> : <Loading />}
      {opening && processes[0] && (
        <OpenDeal
          process={processes[0]}
          onClose={() => open(false)}
          onOpened={(dealId) => void navigate({ to: "/deals/$dealId", params: { dealId } })}
        />
      )}
    </div>
  );
}

const nameOf = ({ name }: Row) => name;

function List({ asked }: { asked: ListAsked }) {
  const { t } = useTranslation("deals");
  const pages = useInfiniteQuery(dealPages(asked));
  const rows = useRows(pages.data);
  const { as_of } = asked;
  const { sort, order } = useOrder();
  const columns = useDealColumns(as_of);
  const here = useDealKeys(rows, as_of);
  const phone = useCallback((deal: Row) => <PhoneDeal deal={deal} as_of={as_of} />, [as_of]);
  return (
    <Asked query={pages}>
      {() =>
        rows.length === 0 ? (
          <Empty title={t("list.empty")} text={t("list.emptyText")} />
        ) : (
          <>
            <VirtualList<Row>
              label={t("title")}
              rows={rows}
              columns={columns}
              sort={sort}
              onSort={as_of ? undefined : order}
              pages={pages}
              here={here}
              nameOf={nameOf}
              phone={phone}
            />
            <Text size="xs" c="dimmed" mt={4} role="status">
              {pages.hasNextPage
                ? t("list.soFar", { count: rows.length })
                : t("list.all", { count: rows.length })}
            </Text>
          </>
        )
      }
    </Asked>
  );
}

/** The order that the address says, and how another is chosen. */
function useOrder() {
  const { sort = DEAL_SORTS[0] } = useSearch({ from: "/deals" });
  const navigate = useNavigate({ from: "/deals" });
  const order = (next: string) =>
    void navigate({ search: (now) => ({ ...now, sort: next as DealSearch["sort"] }), replace: true });
  return { sort, order };
}

function useDealKeys(rows: readonly Row[], as_of: string | undefined): number | undefined {
  const { t } = useTranslation("deals");
  const navigate = useNavigate();
  const open = useCallback(
    (index: number) => {
      const row = rows[index];
      if (row) void navigate({ href: placeOf(row, as_of) });
    },
    [rows, as_of, navigate],
  );
  return useRowKeys({ group: t("title"), count: rows.length, open });
}

/** The filters of the address with what it leaves out: a rep begins with their own deals. */
function useListAsked(): { asked: ListAsked | null; owner: string } {
  const search = useSearch({ from: "/deals" });
  const isRep = useRole("rep");
  const me = useQuery(myself);
  const owner = search.owner || (isRep && !search.customer ? "me" : "all");
  const waits = owner === "me" && me.isPending;
  const person = owner === "me" ? me.data?.id : owner === "all" ? undefined : owner;
  const asked = useMemo(() => (waits ? null : { ...search, owner: person }), [search, waits, person]);
  return { asked, owner };
}
