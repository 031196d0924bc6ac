/** The board on a wide screen: the open stages side by side, pauses and ends stacked in a last column. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { Stage } from "~/deals/queries";
import classes from "./Board.module.css";
import { BoardColumn } from "./BoardColumn";
import type { BoardActions } from "./BoardOf";
import { EndPanel } from "./EndPanel";
import type { Board } from "./queries";

const isWay = ({ category }: Stage) => category === "open";

export function Columns({ board, actions }: { board: Board; actions: BoardActions }) {
  const { stage: opened } = useSearch({ from: "/board" });
  const navigate = useNavigate({ from: "/board" });
  const open = (stage: string | undefined) =>
    void navigate({ search: (before) => ({ ...before, stage }), replace: true });
  const wide = board.stages.filter(({ stage }) => isWay(stage) || stage.key === opened);
  const ends = board.stages.filter((column) => !wide.includes(column));
  return (
    <div className={classes["columns"]}>
      {wide.map((column) => (
        <BoardColumn
          key={column.stage.key}
          column={column}
          actions={actions}
          onFold={isWay(column.stage) ? undefined : () => open(undefined)}
        />
      ))}
      {ends.length > 0 && (
        <div className={classes["ends"]}>
          {ends.map((column) => (
            <EndPanel key={column.stage.key} column={column} onUnfold={() => open(column.stage.key)} />
          ))}
        </div>
      )}
    </div>
  );
}
