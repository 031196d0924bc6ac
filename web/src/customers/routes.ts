/** The addresses of this room: the list with all that narrows it, and one customer. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod/mini";
import { root } from "~/app/root";

const word = z.optional(z.catch(z.optional(z.string()), undefined));
const SORTS = ["name", "-name", "created_at", "-created_at", "updated_at", "-updated_at"] as const;

const listed = z.object({
  q: word,
  owner: word,
  team: word,
  kind: z.optional(z.catch(z.optional(z.enum(["company", "person"])), undefined)),
  industry: word,
  region: word,
  status: z.optional(z.catch(z.optional(z.enum(["active", "archived", "all", "deleted"])), undefined)),
  sort: z.optional(z.catch(z.optional(z.enum(SORTS)), undefined)),
  columns: word,
  new: z.optional(z.catch(z.optional(z.boolean()), undefined)),
});

export const customerRoutes = [
  createRoute({
    getParentRoute: () => root,
    path: "/customers",
    validateSearch: listed,
    component: lazyRouteComponent(() => import("./CustomersPage"), "CustomersPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/customers/$customerId",
    validateSearch: z.object({
      things: word,
      log: z.optional(z.catch(z.optional(z.enum(["call", "visit", "meeting", "note", "plan"])), undefined)),
    }),
    component: lazyRouteComponent(() => import("./CustomerPage"), "CustomerPage"),
  }),
] as const;
