/** The addresses of the inbox: one's notifications, unread only where the address says so. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod/mini";
import { root } from "~/app/root";

export const inboxRoute = createRoute({
  getParentRoute: () => root,
  path: "/inbox",
  validateSearch: z.object({ unread: z.optional(z.catch(z.boolean(), false)) }),
  component: lazyRouteComponent(() => import("./InboxPage"), "InboxPage"),
});

export const inboxRoutes = [inboxRoute] as const;
