/** All deals, changes of deals, activities or quotas that a number is made of: what each adds, and its events. */
import { useInfiniteQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Asked } from "~/states/Asked";
import { numberBehind, type PartBehind, vocabulary } from "../queries";
import { useExactly } from "../useSaid";
import { DealEntry } from "./DealEntry";
import { EventLine } from "./EventLine";
import { LongList } from "./LongList";
import { OtherEntry } from "./OtherEntry";

export function NumberList({ drill, measure }: { drill: string; measure: string }) {
  const pages = useInfiniteQuery(numberBehind(drill, measure));
  const kind = useSuspenseQuery(vocabulary).data.keyed(measure)?.kind ?? "count";
  const exactly = useExactly();
  const contributed = ({ contribution }: PartBehind) => {
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
            items.map((one) =>
              "deal" in one ? (
                <DealEntry
                  key={`${one.deal.id}.${one.events[0]?.event_id}`}
                  id={one.deal.id}
                  name={one.deal.name}
                  about={"stage" in one.deal ? one.deal : null}
                  number={contributed(one)}
                >
                  {one.events.map((event) => (
                    <EventLine key={event.event_id} {...event} />
                  ))}
                </DealEntry>
              ) : (
                <OtherEntry key={keyOf(one)} part={one} number={contributed(one)} />
              ),
            ),
          )}
        </LongList>
      )}
    </Asked>
  );
}

/** A deal adds one to what a ratio is made of, not a ratio. */
const shownAs = (kind: "count" | "money" | "ratio" | "duration" | "number") =>
  kind === "ratio" || kind === "money" ? "count" : kind;

const keyOf = (one: Exclude<PartBehind, { deal: unknown }>) =>
  "work" in one
    ? `${one.work.id}.${one.work.time}`
    : `${one.quota.holder}.${one.quota.holder_id}.${one.quota.period}`;
