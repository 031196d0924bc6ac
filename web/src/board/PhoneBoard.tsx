/** The board on a phone: one stage at a time, chosen above; a card moves by its button and one more tap, or carried to a name above. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/useFormat";
import classes from "./Board.module.css";
import { BoardColumn } from "./BoardColumn";
import type { BoardActions } from "./BoardOf";
import type { Board } from "./queries";
import type { Carried } from "./useCarried";

interface PhoneBoardProps {
  board: Board;
  actions: BoardActions;
  carried: Carried;
}

export function PhoneBoard({ board, actions, carried }: PhoneBoardProps) {
  const { t } = useTranslation("board");
  const format = useFormat();
  const { stage } = useSearch({ from: "/board" });
  const navigate = useNavigate({ from: "/board" });
  const shown = board.stages.find((column) => column.stage.key === stage) ?? board.stages[0];
  if (!shown) return null;
  return (
    <>
      <div className={classes["stages"]}>
        <nav
          className={classes["chips"]}
          data-carrying={carried.carrying || undefined}
          aria-label={t("stages")}
        >
          {board.stages.map((column) => (
            <button
              type="button"
              key={column.stage.key}
              className={classes["chip"]}
              aria-current={column === shown || undefined}
              data-stage={column.stage.key}
              data-over={column.stage.key === carried.over || undefined}
              onClick={() =>
                void navigate({ search: (before) => ({ ...before, stage: column.stage.key }), replace: true })
              }
            >
              {column.stage.name} <span>{format.number(column.count)}</span>
            </button>
          ))}
        </nav>
      </div>
      <BoardColumn key={shown.stage.key} column={shown} actions={actions} />
    </>
  );
}
