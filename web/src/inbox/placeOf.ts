/** Where a notification's thing is shown in this client. */
import type { Notification } from "./queries";

const ROOMS: Readonly<Record<string, string>> = {
  deal: "/deals",
  customer: "/customers",
  contact: "/contacts",
  task: "/tasks",
  process: "/processes",
};

/** The address, or null for a thing that has no page of its own. */
export function placeOf({ link }: Pick<Notification, "link">): string | null {
  const room = ROOMS[link.kind];
  return room ? `${room}/${link.id}` : null;
}
