/** The addresses of reports; what they are asked stands in them. Views and charts are loaded when somebody goes there. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { root } from "~/app/root";
import { reportSearch } from "./search";

export const reportRoutes = [
  createRoute({
    getParentRoute: () => root,
    path: "/reports",
    component: lazyRouteComponent(() => import("./ReportsPage"), "ReportsPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/reports/metrics",
    component: lazyRouteComponent(() => import("~/metrics/MetricsPage"), "MetricsPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/reports/$kind",
    validateSearch: reportSearch,
    component: lazyRouteComponent(() => import("./ReportPage"), "ReportPage"),
  }),
] as const;
