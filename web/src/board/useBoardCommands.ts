/** What can be done on the board by key or palette; a move is of the card that has the focus. */
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type Command, useCommands } from "~/palette/commands";
import type { BoardActions } from "./BoardOf";
import { columnOf } from "./moved";
import type { Board } from "./queries";

export function useBoardCommands(board: Board, { onChoose, onOpen }: BoardActions): void {
  const { t } = useTranslation("board");
  const navigate = useNavigate({ from: "/board" });
  const commands = useMemo<Command[]>(() => {
    const choose = () => {
      const id = cardWithFocus() ?? lastCard;
      const column = id ? columnOf(board, id) : undefined;
      const card = column?.cards.items.find((each) => each.id === id);
      if (column && card) onChoose(card, column);
    };
    const whose = (owner: string) => () =>
      void navigate({ search: (before) => ({ ...before, owner }), replace: true });
    const group = t("title");
    return [
      { id: "board.move", group, label: t("moveFocused"), keys: "m", run: choose },
      { id: "board.new", group, label: t("newDeal"), keys: "n", run: () => onOpen("") },
      { id: "board.mine", group, label: t("showMine"), keys: "o m", run: whose("me") },
      { id: "board.all", group, label: t("showAll"), keys: "o a", run: whose("all") },
    ];
  }, [t, navigate, board, onChoose, onOpen]);
  useCommands(commands);
}

let lastCard: string | null = null; // the palette takes the focus away before its command runs

/** Remember which card the focus came to. */
export function cardFocused(id: string): void {
  lastCard = id;
}

function cardWithFocus(): string | null {
  return document.activeElement?.closest("[data-card]")?.getAttribute("data-card") ?? null;
}
