/** Every address of the client, for accessibility checks and screenshots. A new view adds its own here. */
import type { Page } from "playwright-core";
import { authorizationOf, settled, URL_OF_SYSTEM } from "./browser";

export interface Visited {
  /** The name of its pictures. */
  name: string;
  /** The address; `{id}` stands for the first thing that `first` lists. */
  path: string;
  /** As whom it is looked at. */
  as: string;
  /** A list of the API whose first item's id is put into the path, such as /api/v1/deals. */
  first?: string;
}

export const ROUTES: readonly Visited[] = [
  { name: "home", path: "/", as: "lilei" },
  { name: "board", path: "/board", as: "lilei" },
  { name: "board-of-all", path: "/board", as: "wangmin" },
  { name: "deals", path: "/deals", as: "lilei" },
  { name: "deal", path: "/deals/{id}", as: "lilei", first: "/api/v1/deals" },
  { name: "customers", path: "/customers", as: "lilei" },
  { name: "customers-as-guest", path: "/customers", as: "gus" },
  { name: "customer", path: "/customers/{id}", as: "wangmin", first: "/api/v1/customers" },
  { name: "customer-log", path: "/customers/{id}?log=call", as: "lilei", first: "/api/v1/customers" },
  { name: "customer-new", path: "/customers?new=true", as: "lilei" },
  { name: "contacts", path: "/contacts", as: "lilei" },
  { name: "contact", path: "/contacts/{id}", as: "ada", first: "/api/v1/contacts" },
  { name: "tasks", path: "/tasks", as: "lilei" },
  { name: "processes", path: "/processes", as: "ada" },
  { name: "process", path: "/processes/{id}", as: "ada", first: "/api/v1/processes" },
  {
    name: "process-versions",
    path: "/processes/{id}?tab=versions",
    as: "wangmin",
    first: "/api/v1/processes",
  },
  { name: "process-trial", path: "/processes/{id}?tab=trial", as: "wangmin", first: "/api/v1/processes" },
  { name: "process-map", path: "/process-map", as: "wangmin" },
  { name: "process-map-drawing", path: "/process-map?view=drawing&panel=conformance", as: "wangmin" },
  { name: "process-map-table", path: "/process-map?view=table&panel=work", as: "wangmin" },
  { name: "tasks-new", path: "/tasks?new=true", as: "lilei" },
  { name: "import", path: "/import", as: "lilei" },
  { name: "reports", path: "/reports", as: "wangmin" },
  { name: "reports-as-rep", path: "/reports", as: "lilei" },
  { name: "report-forecast", path: "/reports/forecast?every=quarter", as: "wangmin" },
  { name: "report-waterfall", path: "/reports/waterfall?period=last_30_days", as: "wangmin" },
  { name: "report-won", path: "/reports/won?period=this_quarter&compare_to=previous_period", as: "wangmin" },
  { name: "report-won-table", path: "/reports/won?view=table", as: "wangmin" },
  { name: "report-funnel", path: "/reports/funnel", as: "wangmin" },
  { name: "report-win-rate", path: "/reports/win-rate?group_by=source", as: "wangmin" },
  { name: "report-time-in-stage", path: "/reports/time-in-stage", as: "wangmin" },
  { name: "report-loss-reasons", path: "/reports/loss-reasons", as: "wangmin" },
  { name: "report-leaderboard", path: "/reports/leaderboard", as: "wangmin" },
  { name: "report-activity", path: "/reports/activity", as: "wangmin" },
  { name: "report-conformance", path: "/reports/conformance", as: "wangmin" },
  { name: "metrics", path: "/reports/metrics", as: "ada" },
  { name: "dashboards", path: "/dashboards", as: "wangmin" },
  { name: "dashboard-manager", path: "/dashboards/manager", as: "wangmin" },
  { name: "dashboard-rep", path: "/dashboards/rep", as: "lilei" },
  { name: "inbox", path: "/inbox", as: "wangmin" },
  { name: "rules", path: "/inbox/rules", as: "wangmin" },
  { name: "rule-new", path: "/inbox/rules/new", as: "wangmin" },
  { name: "rule", path: "/inbox/rules/{id}", first: "/api/v1/rules", as: "wangmin" },
  { name: "inbox-as-guest", path: "/inbox", as: "gus" },
  { name: "nothing-there", path: "/nowhere", as: "lilei" },
];

/** ONLY=name,name takes some of them. */
export const WANTED = ROUTES.filter(({ name }) => process.env["ONLY"]?.split(",").includes(name) ?? true);

/** Go to a route without loading the page anew; it must be signed in. */
export async function visit(page: Page, { path, first }: Visited): Promise<void> {
  const address = first ? path.replace("{id}", await firstOf(page, first)) : path;
  await page.evaluate((to) => history.pushState({}, "", to), address);
  await page.waitForURL(URL_OF_SYSTEM + address);
  await settled(page);
}

/** The id of the first thing of a list. */
async function firstOf(page: Page, list: string): Promise<string> {
  const answer = await page.request.get(`${URL_OF_SYSTEM}${list}?limit=1`, {
    headers: authorizationOf(page),
  });
  return ((await answer.json()) as { items: { id: string }[] }).items[0]?.id ?? "none";
}
