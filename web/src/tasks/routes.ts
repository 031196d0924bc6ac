/** The addresses of this room: whose tasks, and which of them. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod/mini";
import { root } from "~/app/root";

const flag = z.optional(z.catch(z.optional(z.boolean()), undefined));

export const taskRoutes = [
  createRoute({
    getParentRoute: () => root,
    path: "/tasks",
    validateSearch: z.object({ everybody: flag, done: flag, new: flag }),
    component: lazyRouteComponent(() => import("./TasksPage"), "TasksPage"),
  }),
] as const;
