/** Commands of one kind of thing in one request; nothing is written where they are only tried. */
import type { BatchResult } from "~/api/batch";
import { customer, got, pipeline } from "~/api/client";
import type { Kind } from "./kinds";

export type Command = Readonly<Record<string, unknown>>;
type Send = (commands: readonly Command[], dryRun: boolean) => Promise<BatchResult[]>;

// a row's fields are checked by the service, command by command: a body that is wrong is an outcome, not a mistake here
export const SENDERS: Readonly<Record<Kind, Send>> = {
  customers: async (commands, dry_run) => {
    const body = { commands } as never;
    return (await got(customer.POST("/api/v1/customers:batch", { params: { query: { dry_run } }, body })))
      .results;
  },
  contacts: async (commands, dry_run) => {
    const body = { commands } as never;
    return (await got(customer.POST("/api/v1/contacts:batch", { params: { query: { dry_run } }, body })))
      .results;
  },
  deals: async (commands, dry_run) => {
    const body = { commands } as never;
    return (await got(pipeline.POST("/api/v1/deals:batch", { params: { query: { dry_run } }, body })))
      .results;
  },
};

/** The items so many at a time, one request after the other. */
export function portions<T>(items: readonly T[], size: number): T[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, at) => items.slice(at * size, (at + 1) * size));
}
