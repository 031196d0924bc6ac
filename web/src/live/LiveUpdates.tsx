/** What others do shows without a reload: events of the live stream make queries stale, notifications are said aloud. */
import { notifications } from "@mantine/notifications";
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { inboxKeys } from "~/inbox/queries";
import { useSession } from "~/session/SessionContext";
import { affectedBy } from "./affected";
import { listen } from "./elected";
import type { Message } from "./stream";

const TOGETHER_MS = 300; // what happens within this is asked for once

export function LiveUpdates() {
  const client = useQueryClient();
  const { person } = useSession();
  useEffect(() => {
    const stale = collected((roots) => {
      for (const root of roots) void client.invalidateQueries({ queryKey: [root] });
    });
    const stop = listen(
      person.subject,
      (message) => hear(client, message, stale.add),
      () => void client.invalidateQueries({ refetchType: "active" }),
    );
    return () => {
      stop();
      stale.drop();
    };
  }, [client, person.subject]);
  return null;
}

function hear(client: QueryClient, { event, data }: Message, stale: (roots: Iterable<string>) => void): void {
  if (event === "changed") stale(affectedBy((data as { types: string[] }).types));
  if (event === "unread" || event === "notification") {
    client.setQueryData(inboxKeys.unread, { unread: (data as { unread: number }).unread });
    stale([inboxKeys.list[0]]);
  }
  if (event === "notification") say((data as { notification: { id: string; text: string } }).notification);
}

function say({ id, text }: { id: string; text: string }): void {
  notifications.show({ id, message: text });
}

/** Collects words for a moment and hands them over together. */
function collected(hand: (words: Set<string>) => void) {
  let words = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    add(more: Iterable<string>) {
      for (const word of more) words.add(word);
      timer ??= setTimeout(() => {
        timer = undefined;
        hand(words);
        words = new Set();
      }, TOGETHER_MS);
    },
    drop: () => clearTimeout(timer),
  };
}
