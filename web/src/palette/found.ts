/** What the services find for the palette's words: customers, contacts and deals, to be opened. */
import { useDebouncedValue } from "@mantine/hooks";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { customer, got, pipeline } from "~/api/client";
import type { Command } from "./commands";

const PAUSE_MS = 150;
const MOST = 5;

interface Found {
  id: string;
  name: string;
}

const foundBy = (q: string) =>
  queryOptions({
    queryKey: ["palette", q],
    enabled: q.length > 1,
    placeholderData: (before) => before,
    queryFn: async () => {
      const params = { query: { q, limit: MOST } };
      const [customers, contacts, deals] = await Promise.all([
        got(customer.GET("/api/v1/customers", { params })),
        got(customer.GET("/api/v1/contacts", { params })),
        got(pipeline.GET("/api/v1/deals", { params })),
      ]);
      return { customers: customers.items, contacts: contacts.items.map(named), deals: deals.items };
    },
  });

const named = ({ id, name }: { id: string; name: string | null }): Found => ({ id, name: name ?? "" });

/** Commands that open what was found for these words; none for a single character. */
export function useFound(words: string): readonly Command[] {
  const { t } = useTranslation("shell");
  const navigate = useNavigate();
  const [settled] = useDebouncedValue(words.trim(), PAUSE_MS);
  const found = useQuery(foundBy(settled)).data;
  return useMemo(() => {
    if (!found || settled.length < 2) return [];
    const opening = (room: string, group: string, things: readonly Found[]): Command[] =>
      things.map(({ id, name }) => ({
        id: `${room}/${id}`,
        label: name,
        group,
        run: () => void navigate({ to: `${room}/${id}` }),
      }));
    return [
      ...opening("/customers", t("nav.customers"), found.customers),
      ...opening("/contacts", t("nav.contacts"), found.contacts),
      ...opening("/deals", t("nav.deals"), found.deals),
    ];
  }, [found, settled, navigate, t]);
}
