/** The address of the process map: which process, which deals, how it is shown, and what is opened beside it. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod/mini";
import { root } from "~/app/root";

export const METRICS = ["deals", "times", "median", "mean", "p90", "total"] as const;
export const VIEWS = ["map", "drawing", "table"] as const;
export const PANELS = ["variants", "work", "conformance"] as const;

const text = z.optional(z.catch(z.string(), ""));
const texts = z.optional(z.catch(z.array(z.string()), []));
const share = z.optional(z.catch(z.number(), 1));

const mapSearch = z.object({
  process: text,
  version: z.optional(z.catch(z.number(), 1)),
  owner: texts,
  team: texts,
  product: texts,
  source: texts,
  region: texts,
  from: text,
  to: text,
  by: z.optional(z.catch(z.enum(["activity", "opened", "closed"]), "activity")),
  as_of: text,
  calendar: z.optional(z.catch(z.enum(["all", "working"]), "all")),
  metric: z.optional(z.catch(z.enum(METRICS), "deals")),
  activities: share,
  paths: share,
  view: z.optional(z.catch(z.enum(VIEWS), "map")),
  panel: z.optional(z.catch(z.enum(PANELS), "variants")),
  variant: text,
  /** The deals behind a number: the parameters of its list, and what they are. */
  behind: text,
  what: text,
});

/** What the address says. */
export type Search = z.infer<typeof mapSearch>;

export const processMapRoute = createRoute({
  getParentRoute: () => root,
  path: "/process-map",
  validateSearch: mapSearch,
  component: lazyRouteComponent(() => import("./MapPage"), "MapPage"),
});

export const processMapRoutes = [processMapRoute] as const;
