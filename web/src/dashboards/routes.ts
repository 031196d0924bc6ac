/** The addresses of dashboards; whether one is being arranged stands in them. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod/mini";
import { root } from "~/app/root";

const said = z.optional(z.catch(z.optional(z.boolean()), undefined));

export const dashboardRoutes = [
  createRoute({
    getParentRoute: () => root,
    path: "/dashboards",
    validateSearch: z.object({ deleted: said }),
    component: lazyRouteComponent(() => import("./DashboardsPage"), "DashboardsPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/dashboards/$id",
    validateSearch: z.object({ arrange: said }),
    component: lazyRouteComponent(() => import("./DashboardPage"), "DashboardPage"),
  }),
] as const;
