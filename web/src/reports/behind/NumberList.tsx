/** All deals that a number is made of: what each contributes, and the events that say so. */
import { useInfiniteQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Asked } from "~/states/Asked";
import { type DealBehind, numberBehind, vocabulary } from "../queries";
import { useExactly } from "../useSaid";
import { DealEntry } from "./DealEntry";
import { EventLine } from "./EventLine";
import { LongList } from "./LongList";

export function NumberList({ drill, measure }: { drill: string; measure: string }) {
  const pages = useInfiniteQuery(numberBehind(drill, measure));
  const kind = useSuspenseQuery(vocabulary).data.keyed(measure)?.kind ?? "count";
  const exactly = useExactly();
  const contributed = ({ contribution }: DealBehind) => {
    if (!contribution) return null;
    const meant = contribution.currency
      ? { kind: "money" as const, currency: contribution.currency }
      : { kind: shownAs(kind), currency: null };
    return exactly(contribution.value, meant);
  };
  return (
    <Asked query={pages}>
      {({ pages: told }) => (
        <LongList count={told.reduce((sum, { items }) => sum + items.length, 0)} query={pages}>
          {told.flatMap(({ items }) =>
            items.map((one) => (
              <DealEntry
                key={one.deal.id}
                id={one.deal.id}
                name={one.deal.name}
                about={one.deal}
                number={contributed(one)}
              >
                {one.events.map((event) => (
                  <EventLine key={event.event_id} {...event} />
                ))}
              </DealEntry>
            )),
          )}
        </LongList>
      )}
    </Asked>
  );
}

/** A deal adds one to what a ratio is made of, not a ratio. */
const shownAs = (kind: "count" | "money" | "ratio" | "duration" | "number") =>
  kind === "ratio" || kind === "money" ? "count" : kind;
