/** Rules of notify: which events tell whom, under which condition. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { got, notify, seen } from "~/api/client";
import { type Change, withRecord } from "~/api/optimistic";
import { given, whole } from "~/api/pages";
import type { Notify } from "~/api/record";

export type Rule = Notify["RuleView"];
export type NewRule = Omit<Notify["CreateRule"], "id">;

export const rules = queryOptions({
  queryKey: ["rules", "all"],
  queryFn: () =>
    whole((cursor) => got(notify.GET("/api/v1/rules", { params: { query: given({ limit: 200, cursor }) } }))),
});

export const ruleOf = (rule_id: string) =>
  queryOptions({
    queryKey: ["rules", rule_id],
    queryFn: () => got(notify.GET("/api/v1/rules/{rule_id}", { params: { path: { rule_id } } })),
  });

/** The newest events for which the rule's condition could not be decided. */
export const errorsOf = (rule_id: string) =>
  queryOptions({
    queryKey: ["rules", rule_id, "errors"],
    queryFn: () => got(notify.GET("/api/v1/rules/{rule_id}/errors", { params: { path: { rule_id } } })),
  });

export const eventTypes = queryOptions({
  queryKey: ["rules", "event-types"],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: () => got(notify.GET("/api/v1/rules/event-types")),
});

/** What a rule with this condition would be answered; asked while it is written. */
export const checkOf = (event_type: string, condition: string) =>
  queryOptions({
    queryKey: ["rules", "check", event_type, condition],
    enabled: event_type !== "" && condition !== "",
    placeholderData: (before) => before,
    queryFn: () => got(notify.POST("/api/v1/rules:check", { body: { event_type, condition } })),
  });

/** Create a rule, or say something else by one as it was seen. Throws the Problem, which names the field. */
export function useSaveRule(rule?: Rule) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NewRule) =>
      rule
        ? got(
            notify.PATCH("/api/v1/rules/{rule_id}", {
              params: { path: { rule_id: rule.id }, header: seen(rule) },
              body,
            }),
          )
        : got(notify.POST("/api/v1/rules", { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["rules"] }),
  });
}

const at = (rule_id: string, saw: { version: number }) => ({
  params: { path: { rule_id }, header: seen(saw) },
});

/** A rule that is to hold, or to rest, from now on; the switch turns at once. */
export const switching: Change<{ rule: Rule; on: boolean }, Notify["Written"]> = {
  thing: "rule",
  id: ({ rule }) => rule.id,
  version: ({ rule }) => rule.version,
  roots: ["rules"],
  show: (data, { rule, on }) => withRecord<Rule>(data, rule.id, (each) => ({ ...each, enabled: on })),
  write: ({ rule, on }, saw) =>
    on
      ? got(notify.POST("/api/v1/rules/{rule_id}/enable", at(rule.id, saw)))
      : got(notify.POST("/api/v1/rules/{rule_id}/disable", at(rule.id, saw))),
};

/** A rule that is to go; what it told stays told. Refused, it stands where it stood. */
export const removing: Change<Rule, Notify["Written"]> = {
  thing: "rule",
  id: ({ id }) => id,
  version: ({ version }) => version,
  roots: ["rules"],
  show: (data, { id }) => (isList(data) ? data.filter((each) => each.id !== id) : data),
  undo: (now, { id }, past) => (isList(now) && isList(past) ? restored(now, past, id) : now),
  write: ({ id }, saw) => got(notify.DELETE("/api/v1/rules/{rule_id}", at(id, saw))),
};

const isList = (data: unknown): data is Rule[] => Array.isArray(data);

function restored(now: Rule[], past: Rule[], id: string): Rule[] {
  const place = past.findIndex((each) => each.id === id);
  const rule = past[place];
  return rule ? [...now.slice(0, place), rule, ...now.slice(place)] : now;
}
