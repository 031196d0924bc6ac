/** The board on a phone: one stage at a time, chosen above; a card moves by its button and one more tap. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/useFormat";
import classes from "./Board.module.css";
import { BoardColumn } from "./BoardColumn";
import type { BoardActions } from "./BoardOf";
import type { Board } from "./queries";

export function PhoneBoard({ board, actions }: { board: Board; actions: BoardActions }) {
  const { t } = useTranslation("board");
  const format = useFormat();
  const { stage } = useSearch({ from: "/board" });
  const navigate = useNavigate({ from: "/board" });
  const shown = board.stages.find((column) => column.stage.key === stage) ?? board.stages[0];
  if (!shown) return null;
  return (
    <>
      <nav className={classes["chips"]} aria-label={t("stages")}>
        {board.stages.map((column) => (
          <button
            type="button"
            key={column.stage.key}
            className={classes["chip"]}
            aria-current={column === shown || undefined}
            onClick={() =>
              void navigate({ search: (before) => ({ ...before, stage: column.stage.key }), replace: true })
            }
          >
            {column.stage.name} <span>{format.number(column.count)}</span>
          </button>
        ))}
      </nav>
      <BoardColumn key={shown.stage.key} column={shown} actions={actions} still />
    </>
  );
}
