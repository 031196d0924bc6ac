/** The address of importing; what is imported stands in it, the file does not leave the browser before it is tried. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod/mini";
import { root } from "~/app/root";

export const importRoutes = [
  createRoute({
    getParentRoute: () => root,
    path: "/import",
    validateSearch: z.object({
      of: z.optional(z.catch(z.optional(z.enum(["customers", "contacts", "deals"])), undefined)),
    }),
    component: lazyRouteComponent(() => import("./ImportPage"), "ImportPage"),
  }),
] as const;
