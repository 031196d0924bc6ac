/** All deals that one may see, by filter and order, now or at any instant; the address holds all of it. */
import { Button, Group, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import filled from "~/app/Filled.module.css";
import { SavedViews } from "~/lists/SavedViews";
import { type Command, useCommands } from "~/palette/commands";
import { myself } from "~/people/queries";
import { useRole } from "~/session/SessionContext";
import { Asked } from "~/states/Asked";
import { Empty } from "~/states/Empty";
import { Loading } from "~/states/Loading";
import { OpenDeal } from "../opening/OpenDeal";
import { sellingProcesses } from "../queries";
import { DealFilters } from "./DealFilters";
import { DealTable } from "./DealTable";
import { dealPages, type ListAsked } from "./queries";

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
        <Title order={1} size="h3">
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

function List({ asked }: { asked: ListAsked }) {
  const { t } = useTranslation("deals");
  const query = useInfiniteQuery(dealPages(asked));
  return (
    <Asked query={query}>
      {({ pages }) => {
        const rows = pages.flatMap(({ items }) => items);
        if (rows.length === 0) return <Empty title={t("list.empty")} text={t("list.emptyText")} />;
        return (
          <>
            <DealTable
              rows={rows}
              sortable={!asked.as_of}
              onEnd={() => void (query.hasNextPage && !query.isFetchingNextPage && query.fetchNextPage())}
            />
            <Text size="xs" c="dimmed" mt={4} role="status">
              {query.hasNextPage
                ? t("list.soFar", { count: rows.length })
                : t("list.all", { count: rows.length })}
            </Text>
          </>
        );
      }}
    </Asked>
  );
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
