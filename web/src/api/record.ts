/** The types of what services answer, by the names in their descriptions: `Notify["NotificationView"]`. */
import type { components as analytics } from "./generated/analytics";
import type { components as customer } from "./generated/customer";
import type { components as notify } from "./generated/notify";
import type { components as pipeline } from "./generated/pipeline";

export type Customer = customer["schemas"];
export type Pipeline = pipeline["schemas"];
export type Analytics = analytics["schemas"];
export type Notify = notify["schemas"];
