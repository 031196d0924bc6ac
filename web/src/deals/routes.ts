/** The addresses of deals: the list with its filters, order and instant, and one deal as it is or was. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod/mini";
import { root } from "~/app/root";

export const DEAL_SORTS = [
  "-updated_at",
  "updated_at",
  "-opened_at",
  "opened_at",
  "name",
  "-name",
  "amount",
  "-amount",
  "expected_close",
  "-expected_close",
] as const;
export const CATEGORIES = ["open", "on_hold", "won", "lost"] as const;

const text = z.optional(z.catch(z.string(), ""));

export const dealSearch = z.object({
  q: text,
  /** "me", "all" or a person; left out: mine for a rep, all for others. */
  owner: text,
  team: text,
  process: text,
  stage: text,
  customer: text,
  category: z.optional(z.catch(z.enum(CATEGORIES), "open")),
  sort: z.optional(z.catch(z.enum(DEAL_SORTS), DEAL_SORTS[0])),
  expected_from: text,
  expected_to: text,
  as_of: text,
});
export type DealSearch = z.infer<typeof dealSearch>;

export const dealRoutes = [
  createRoute({
    getParentRoute: () => root,
    path: "/deals",
    validateSearch: dealSearch,
    component: lazyRouteComponent(() => import("./list/DealsPage"), "DealsPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/deals/$dealId",
    validateSearch: z.object({
      /** The instant at which the deal is looked at; left out: now. */
      as_of: z.optional(z.catch(z.string(), "")),
    }),
    component: lazyRouteComponent(() => import("./page/DealPage"), "DealPage"),
  }),
] as const;
