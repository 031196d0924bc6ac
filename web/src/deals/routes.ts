/** The addresses of this room; its views are loaded when somebody goes there. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { root } from "~/app/root";

export const dealRoutes = [
  createRoute({
    getParentRoute: () => root,
    path: "/deals",
    component: lazyRouteComponent(() => import("~/app/NotBuilt"), "NotBuilt"),
  }),
] as const;
