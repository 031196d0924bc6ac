/** The start page; on a phone it is what is done most, in two taps. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { root } from "~/app/root";

export const homeRoutes = [
  createRoute({
    getParentRoute: () => root,
    path: "/",
    component: lazyRouteComponent(() => import("./HomePage"), "HomePage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/callback", // where the issuer sends people back to; replaced before the router looks
    component: lazyRouteComponent(() => import("./HomePage"), "HomePage"),
  }),
] as const;
