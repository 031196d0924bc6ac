/** The addresses of the processes: the list, and one process with its version, tab and chosen element. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod/mini";
import { root } from "~/app/root";

const number = z.optional(z.catch(z.number(), 1));

export const TABS = ["drawing", "review", "versions", "trial", "migration"] as const;

const processesRoute = createRoute({
  getParentRoute: () => root,
  path: "/processes",
  component: lazyRouteComponent(() => import("./ProcessesPage"), "ProcessesPage"),
});

export const processRoute = createRoute({
  getParentRoute: () => root,
  path: "/processes/$processId",
  validateSearch: z.object({
    version: number,
    tab: z.optional(z.catch(z.enum(TABS), "drawing")),
    element: z.optional(z.catch(z.string(), "")),
    before: number,
    as: z.optional(z.catch(z.enum(["canvas", "outline"]), "canvas")),
  }),
  component: lazyRouteComponent(() => import("./ProcessPage"), "ProcessPage"),
});

export const processRoutes = [processesRoute, processRoute] as const;
