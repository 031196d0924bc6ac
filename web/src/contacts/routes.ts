/** The addresses of this room: the list with its search, and one contact. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod/mini";
import { root } from "~/app/root";

export const contactRoutes = [
  createRoute({
    getParentRoute: () => root,
    path: "/contacts",
    validateSearch: z.object({
      q: z.optional(z.catch(z.optional(z.string()), undefined)),
      deleted: z.optional(z.catch(z.optional(z.boolean()), undefined)),
      new: z.optional(z.catch(z.optional(z.boolean()), undefined)),
    }),
    component: lazyRouteComponent(() => import("./ContactsPage"), "ContactsPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/contacts/$contactId",
    component: lazyRouteComponent(() => import("./ContactPage"), "ContactPage"),
  }),
] as const;
