/** The route above all others: the shell, and what is shown where there is nothing. */
import { createRootRoute } from "@tanstack/react-router";
import { NotFound } from "~/states/Failed";
import { RouteFailed } from "./RouteFailed";
import { Shell } from "./Shell";

export const root = createRootRoute({
  component: Shell,
  errorComponent: RouteFailed,
  notFoundComponent: NotFound,
});
