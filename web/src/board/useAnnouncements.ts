/** What a screen reader is told while a card is carried, in the reader's language. */
import type { DragStart, DragUpdate, DropResult, ResponderProvided } from "@hello-pangea/dnd";
import { useTranslation } from "react-i18next";
import type { Board } from "./queries";

export function useAnnouncements(board: Board) {
  const { t } = useTranslation("board");
  const stageName = (key: string) => board.stages.find(({ stage }) => stage.key === key)?.stage.name ?? key;
  const cardName = (id: string) =>
    board.stages.flatMap(({ cards }) => cards.items).find((card) => card.id === id)?.name ?? "";
  return {
    start: ({ draggableId, source }: DragStart, { announce }: ResponderProvided) =>
      announce(t("drag.lifted", { deal: cardName(draggableId), stage: stageName(source.droppableId) })),
    update: ({ destination }: DragUpdate, { announce }: ResponderProvided) =>
      announce(
        destination ? t("drag.over", { stage: stageName(destination.droppableId) }) : t("drag.nowhere"),
      ),
    end: ({ draggableId, source, destination, reason }: DropResult, { announce }: ResponderProvided) => {
      const deal = cardName(draggableId);
      const stays = reason === "CANCEL" || !destination || destination.droppableId === source.droppableId;
      announce(
        stays
          ? t("drag.stays", { deal, stage: stageName(source.droppableId) })
          : t("drag.dropped", { deal, stage: stageName(destination.droppableId) }),
      );
    },
  };
}
