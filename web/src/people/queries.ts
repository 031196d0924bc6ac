/** Our own people and teams: who an id stands for, whom a record can be given to. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { customer, got } from "~/api/client";
import { given, whole } from "~/api/pages";
import type { Customer } from "~/api/record";

export type Person = Customer["PersonView"];
export type Team = Customer["TeamView"];

const SELDOM_CHANGED_MS = 300_000;

export const everybody = queryOptions({
  queryKey: ["people", "all"],
  staleTime: SELDOM_CHANGED_MS,
  queryFn: () =>
    whole((cursor) =>
      got(customer.GET("/api/v1/people", { params: { query: given({ limit: 200, cursor }) } })),
    ),
});

export const allTeams = queryOptions({
  queryKey: ["teams", "all"],
  staleTime: SELDOM_CHANGED_MS,
  queryFn: () =>
    whole((cursor) =>
      got(customer.GET("/api/v1/teams", { params: { query: given({ limit: 200, cursor }) } })),
    ),
});

/** The directory's entry of who is signed in; null for somebody who is not in it. */
export const myself = queryOptions({
  queryKey: ["people", "me"],
  staleTime: SELDOM_CHANGED_MS,
  queryFn: () => got(customer.GET("/api/v1/people/me")),
});

/** The name of a person by id; "" while it is not known. */
export function useNames(): (id: unknown) => string {
  const people = useQuery(everybody).data;
  return useMemo(() => {
    const names = new Map(people?.map(({ id, name }) => [id, name]));
    return (id) => names.get(String(id)) ?? "";
  }, [people]);
}
