/** Our own people and teams: who an id stands for, whom a record can be given to. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { customer, got } from "~/api/client";
import { given, whole } from "~/api/pages";
import { Problem } from "~/api/problem";
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
  queryFn: () => got(customer.GET("/api/v1/people/me")).catch(nobody),
});

function nobody(fault: unknown): null {
  if (fault instanceof Problem && (fault.isNotFound || fault.isNotAllowed)) return null;
  throw fault;
}

/** The name of a person by id; "" while it is not known. */
export function useNames(): (id: unknown) => string {
  const people = useQuery(everybody).data;
  return useMemo(() => {
    const names = new Map(people?.map(({ id, name }) => [id, name]));
    return (id) => names.get(String(id)) ?? "";
  }, [people]);
}

/** What people are called by id or by sign-in name, which is how events name who did something. */
export function usePeopleNames(): (who: string | null | undefined) => string | undefined {
  const people = useQuery(everybody).data;
  return useMemo(() => {
    const named = people?.flatMap(({ id, subject, name }) => [
      [id, name] as const,
      [subject ?? id, name] as const,
    ]);
    const names = new Map(named);
    return (who) => (who ? names.get(who) : undefined);
  }, [people]);
}
