/** The addresses of rules, below the inbox that they fill. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { root } from "~/app/root";

export const ruleRoutes = [
  createRoute({
    getParentRoute: () => root,
    path: "/inbox/rules",
    component: lazyRouteComponent(() => import("./RulesPage"), "RulesPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/inbox/rules/new",
    component: lazyRouteComponent(() => import("./RulePage"), "NewRulePage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/inbox/rules/$ruleId",
    component: lazyRouteComponent(() => import("./RulePage"), "RulePage"),
  }),
] as const;
