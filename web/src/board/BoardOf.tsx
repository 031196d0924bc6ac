/** The columns of one board, what is dragged between them, and what is asked on the way. */
import { DragDropContext, type DropResult, type ResponderProvided } from "@hello-pangea/dnd";
import { useMediaQuery } from "@mantine/hooks";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { nonce } from "~/app/nonce";
import type { Movable } from "~/deals/moving/stepping";
import { useMoving } from "~/deals/moving/useMoving";
import { OpenDeal } from "~/deals/opening/OpenDeal";
import type { Process } from "~/deals/queries";
import { Asked } from "~/states/Asked";
import { Columns } from "./Columns";
import { PhoneBoard } from "./PhoneBoard";
import { type Board, type BoardAsked, boardQuery, type Card, type Column, loadMore } from "./queries";
import { useAnnouncements } from "./useAnnouncements";
import { useBoardCommands } from "./useBoardCommands";
import { useCarried } from "./useCarried";

export interface BoardActions {
  /** The card that is to have the focus; `turn` tells two wishes for one card apart. */
  focused: { id: string; turn: number } | null;
  onChoose: (card: Card, column: Column) => void;
  onMore: (column: Column) => void;
  onOpen: (stage: string) => void;
}

export function BoardOf({ asked, processes }: { asked: BoardAsked; processes: readonly Process[] }) {
  const query = useQuery(boardQuery(asked));
  return (
    <Asked query={query}>{(board) => <Movement board={board} asked={asked} processes={processes} />}</Asked>
  );
}

interface MovementProps {
  board: Board;
  asked: BoardAsked;
  processes: readonly Process[];
}

function Movement({ board, asked, processes }: MovementProps) {
  const { t } = useTranslation("board");
  const client = useQueryClient();
  const phone = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });
  const [focused, focus] = useState<BoardActions["focused"]>(null);
  const [opening, open] = useState<string | null>(null);
  const refocus = useCallback((id: string) => focus((last) => ({ id, turn: (last?.turn ?? 0) + 1 })), []);
  const moving = useMoving(refocus);
  const { shown, hold, release } = useHeld(board);
  const announce = useAnnouncements(shown);
  const carried = useCarried();
  const lifted = () => {
    hold();
    carried.begin();
  };
  const dropped = (result: DropResult, provided: ResponderProvided) => {
    release();
    const landed = carried.end(result);
    announce.end(landed, provided);
    const wish = wished(shown, landed);
    if (wish) moving.move(wish.deal, wish.to);
  };
  const actions = useMemo<BoardActions>(
    () => ({
      focused,
      onChoose: (card, column) => moving.choose(movable(card, column)),
      onMore: (column) => void loadMore(client, asked, column),
      onOpen: open,
    }),
    [focused, moving.choose, client, asked],
  );
  useBoardCommands(shown, actions);
  const process = processes.find(({ id }) => id === asked.process);
  return (
    <DragDropContext
      nonce={nonce()}
      dragHandleUsageInstructions={t("drag.how")}
      onBeforeDragStart={lifted}
      onDragStart={announce.start}
      onDragUpdate={announce.update}
      onDragEnd={dropped}
    >
      {phone ? (
        <PhoneBoard board={shown} actions={actions} carried={carried} />
      ) : (
        <Columns board={shown} actions={actions} />
      )}
      {moving.dialogs}
      {opening !== null && process && (
        <OpenDeal
          process={process}
          stage={opening || undefined}
          onClose={() => open(null)}
          onOpened={(id) => {
            open(null);
            refocus(id);
          }}
        />
      )}
    </DragDropContext>
  );
}

/** The board as it was when a card was picked up, until it is let go: nothing may move under a dragging hand. */
function useHeld(board: Board) {
  const [held, setHeld] = useState<Board | null>(null);
  const hold = useCallback(() => setHeld(board), [board]);
  const release = useCallback(() => setHeld(null), []);
  useEffect(() => release, [release]);
  return { shown: held ?? board, hold, release };
}

export function movable(card: Card, { stage }: Column): Movable {
  const { id, version, name, amount } = card;
  return { id, version, name, amount, stage };
}

/** Which deal was dropped on which other stage; null where it came back to its own, or beside all. */
export function wished(board: Board, { draggableId, source, destination }: DropResult) {
  const column = board.stages.find(({ stage }) => stage.key === source.droppableId);
  const target = board.stages.find(({ stage }) => stage.key === destination?.droppableId);
  const card = column?.cards.items.find(({ id }) => id === draggableId);
  if (!column || !target || !card || target === column) return null;
  return { deal: movable(card, column), to: target.stage };
}
