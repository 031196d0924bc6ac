/** All routes of the client; each room adds its own here. */
import { createRouter } from "@tanstack/react-router";
import { boardRoutes } from "~/board/routes";
import { contactRoutes } from "~/contacts/routes";
import { customerRoutes } from "~/customers/routes";
import { dashboardRoutes } from "~/dashboards/routes";
import { dealRoutes } from "~/deals/routes";
import { homeRoutes } from "~/home/routes";
import { importRoutes } from "~/import/routes";
import { inboxRoutes } from "~/inbox/routes";
import { processRoutes } from "~/process/routes";
import { processMapRoutes } from "~/process-map/routes";
import { reportRoutes } from "~/reports/routes";
import { ruleRoutes } from "~/rules/routes";
import { Loading } from "~/states/Loading";
import { taskRoutes } from "~/tasks/routes";
import { RouteFailed } from "./RouteFailed";
import { root } from "./root";

const tree = root.addChildren([
  ...homeRoutes,
  ...boardRoutes,
  ...dealRoutes,
  ...customerRoutes,
  ...contactRoutes,
  ...taskRoutes,
  ...processRoutes,
  ...processMapRoutes,
  ...reportRoutes,
  ...dashboardRoutes,
  ...importRoutes,
  ...inboxRoutes,
  ...ruleRoutes,
]);

export const router = createRouter({
  routeTree: tree,
  defaultPreload: "intent",
  defaultPendingComponent: Loading,
  defaultErrorComponent: RouteFailed,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
