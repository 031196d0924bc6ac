/** The address of the board: which process, whose deals, which words, in which order, which closed stage is opened. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod/mini";
import { root } from "~/app/root";
import { SORTS } from "./queries";

const text = z.optional(z.catch(z.string(), ""));

export const boardSearch = z.object({
  process: text,
  /** "me", "all" or a person; left out: mine for a rep, all for others. */
  owner: text,
  team: text,
  q: text,
  sort: z.optional(z.catch(z.enum(SORTS), SORTS[0])),
  /** The stage shown on a phone, or opened beside the others. */
  stage: text,
});
export type BoardSearch = z.infer<typeof boardSearch>;

export const boardRoutes = [
  createRoute({
    getParentRoute: () => root,
    path: "/board",
    validateSearch: boardSearch,
    component: lazyRouteComponent(() => import("./BoardPage"), "BoardPage"),
  }),
] as const;
