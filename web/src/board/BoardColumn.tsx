/** One stage: its head and its cards, of which only those in sight are in the document. */
import { Draggable, Droppable } from "@hello-pangea/dnd";
import { ActionIcon, Text } from "@mantine/core";
import { IconLayoutSidebarRightCollapse, IconPlus } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import classes from "./Board.module.css";
import type { BoardActions } from "./BoardOf";
import { DealCard } from "./DealCard";
import type { Card, Column } from "./queries";
import { StageHead } from "./StageHead";

const CARD = 128; // height of a card and the gap below it; the same in Board.module.css
const BEYOND = 1; // cards kept ready above and below
const AHEAD = 20; // so many cards before the end the next page is asked for

interface BoardColumnProps {
  column: Column;
  actions: BoardActions;
  onFold?: (() => void) | undefined;
}

export function BoardColumn({ column, actions, onFold }: BoardColumnProps) {
  const { t } = useTranslation("board");
  const { stage } = column;
  return (
    <section className={classes["column"]} aria-label={stage.name}>
      <div className={classes["top"]}>
        <StageHead column={column} />
        {onFold && (
          <ActionIcon
            variant="subtle"
            color="gray"
            onClick={onFold}
            aria-label={t("fold", { stage: stage.name })}
          >
            <IconLayoutSidebarRightCollapse size={18} />
          </ActionIcon>
        )}
        {stage.category === "open" && (
          <ActionIcon
            variant="subtle"
            color="gray"
            onClick={() => actions.onOpen(stage.key)}
            aria-label={t("newDealIn", { stage: stage.name })}
          >
            <IconPlus size={18} />
          </ActionIcon>
        )}
      </div>
      <CardList column={column} actions={actions} />
    </section>
  );
}

function CardList({ column, actions }: Pick<BoardColumnProps, "column" | "actions">) {
  const { t } = useTranslation("board");
  const { items } = column.cards;
  return (
    <Droppable
      droppableId={column.stage.key}
      mode="virtual"
      renderClone={(provided, _snapshot, { source }) => {
        const card = items[source.index];
        return card ? (
          <DealCard provided={provided} card={card} column={column} onChoose={actions.onChoose} lifted />
        ) : (
          <div ref={provided.innerRef} {...provided.draggableProps} {...provided.dragHandleProps} />
        );
      }}
    >
      {(provided, { isDraggingOver }) => (
        <VirtualCards
          place={provided.innerRef}
          placeProps={provided.droppableProps}
          over={isDraggingOver}
          column={column}
          actions={actions}
          label={t("cardsOf", { stage: column.stage.name })}
        />
      )}
    </Droppable>
  );
}

interface VirtualCardsProps extends Pick<BoardColumnProps, "column" | "actions"> {
  place: (element: HTMLElement | null) => void;
  placeProps: object;
  over: boolean;
  label: string;
}

function VirtualCards({ place, placeProps, over, column, actions, label }: VirtualCardsProps) {
  const { t } = useTranslation("board");
  const list = useRef<HTMLDivElement | null>(null);
  const { items } = column.cards;
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => list.current,
    estimateSize: () => CARD,
    overscan: BEYOND,
    getItemKey: (index) => items[index]?.id ?? index,
  });
  const rows = virtual.getVirtualItems();
  useNextPage(column, rows.at(-1)?.index ?? 0, actions.onMore);
  useFocusOn(actions.focused, items, list, (index) => virtual.scrollToIndex(index));
  return (
    <div
      ref={(element) => {
        list.current = element;
        place(element);
      }}
      {...placeProps}
      className={classes["cards"]}
      data-over={over || undefined}
    >
      {items.length === 0 && (
        <Text size="xs" c="dimmed" ta="center" py="md">
          {t("emptyStage")}
        </Text>
      )}
      {/* biome-ignore lint/a11y/useSemanticElements: the rows are placed by hand, which a ul cannot hold */}
      <div
        role="list"
        aria-label={label}
        className={classes["rows"]}
        style={{ height: virtual.getTotalSize() }}
      >
        {rows.map(({ index, start }) => {
          const card = items[index];
          return (
            card && (
              <Draggable key={card.id} draggableId={card.id} index={index}>
                {(dragged) => (
                  <DealCard
                    provided={dragged}
                    card={card}
                    column={column}
                    onChoose={actions.onChoose}
                    top={start}
                  />
                )}
              </Draggable>
            )
          );
        })}
      </div>
    </div>
  );
}

function useNextPage(column: Column, last: number, onMore: (column: Column) => void): void {
  const { items, page } = column.cards;
  const near = page.next !== null && last >= items.length - AHEAD;
  useEffect(() => {
    if (near) onMore(column);
  }, [near, onMore, column]);
}

/** Brings a card into sight and gives it the focus, once, as soon as it is in this column. */
function useFocusOn(
  focused: BoardActions["focused"],
  items: readonly Card[],
  list: { current: HTMLElement | null },
  show: (index: number) => void,
): void {
  const done = useRef(0);
  useEffect(() => {
    if (!focused || focused.turn === done.current) return;
    const index = items.findIndex(({ id }) => id === focused.id);
    if (index < 0) return;
    done.current = focused.turn;
    show(index);
    const frame = requestAnimationFrame(() =>
      list.current?.querySelector<HTMLElement>(`[data-card="${focused.id}"]`)?.focus(),
    );
    return () => cancelAnimationFrame(frame);
  }, [focused, items, list, show]);
}
