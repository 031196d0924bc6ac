/** The deals of a list whose number is not a sum over them. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Asked } from "~/states/Asked";
import { dealsBehind } from "../queries";
import { useExactly } from "../useSaid";
import { DealEntry } from "./DealEntry";
import { LongList } from "./LongList";

export function PlainDeals({ drill }: { drill: string }) {
  const pages = useInfiniteQuery(dealsBehind(drill));
  const exactly = useExactly();
  return (
    <Asked query={pages}>
      {({ pages: told }) => (
        <LongList count={told.reduce((sum, { items }) => sum + items.length, 0)} query={pages}>
          {told.flatMap(({ items }) =>
            items.map((deal) => (
              <DealEntry
                key={deal.id}
                id={deal.id}
                name={deal.name}
                about={deal}
                number={
                  deal.amount &&
                  exactly(deal.amount.amount, { kind: "money", currency: deal.amount.currency })
                }
              />
            )),
          )}
        </LongList>
      )}
    </Asked>
  );
}
