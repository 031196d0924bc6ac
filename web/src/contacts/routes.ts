/** The addresses of this room; its views are loaded when somebody goes there. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { root } from "~/app/root";

export const contactRoutes = [
  createRoute({
    getParentRoute: () => root,
    path: "/contacts",
    component: lazyRouteComponent(() => import("~/app/NotBuilt"), "NotBuilt"),
  }),
] as const;
