/** A deal's step along its process, as it is wished, shown at once and written. */

import { got, pipeline, seen } from "~/api/client";
import { type Change, withRecord } from "~/api/optimistic";
import { moved, movedBack } from "~/board/moved";
import type { Board, BoardAsked } from "~/board/queries";
import type { Money } from "~/i18n/useFormat";
import type { Written } from "../fields/values";
import type { Deal, Stage } from "../queries";

/** What must be known of a deal to move it; the board's cards and the deal's page both do. */
export interface Movable {
  id: string;
  version: number;
  name: string;
  stage: Stage;
  amount: Money | null;
}

export interface Step {
  by: "move-stage" | "win" | "lose" | "reopen";
  to: Stage;
  /** Why rules are set aside; needs the right to. */
  override?: string;
  /** The final amount of a win. */
  amount?: Money | null;
  /** Why it was lost, and to whom. */
  reason?: string;
  competitor?: string | null;
}

export interface StepWish {
  deal: Movable;
  step: Step;
}

const CLOSED = new Set(["won", "lost"]);
export const isClosed = (stage: Stage): boolean => CLOSED.has(stage.category);

/** By which command a deal gets from one stage to another. */
export function commandTo(from: Stage, to: Stage): Step["by"] {
  if (to.category === "won") return "win";
  if (to.category === "lost") return "lose";
  return isClosed(from) ? "reopen" : "move-stage";
}

export const stepped: Change<StepWish, Written> = {
  thing: "deal",
  id: ({ deal }) => deal.id,
  version: ({ deal }) => deal.version,
  roots: ["board", "deals"],
  alsoStale: ["tasks"],
  show: (data, { deal, step }, key) =>
    key[0] === "board"
      ? moved(data as Board, deal.id, step.to.key, sortOf(key), new Date().toISOString())
      : withRecord<Deal>(data, deal.id, (record) => ({ ...record, stage: step.to })),
  undo: (data, { deal }, before, key) =>
    key[0] === "board"
      ? movedBack(data as Board, deal.id, before as Board, sortOf(key))
      : withRecord<Deal>(data, deal.id, (record) => ({ ...record, stage: deal.stage })),
  write: ({ deal, step }, version) => write(deal.id, step, version),
};

const sortOf = (key: readonly unknown[]) => (key[1] as BoardAsked).sort;

function write(id: string, step: Step, version: { version: number }): Promise<Written> {
  const params = { path: { deal_id: id }, header: seen(version) };
  const override = step.override ? { override: { reason: step.override } } : {};
  switch (step.by) {
    case "move-stage": {
      const body = { to_stage: step.to.key, ...override };
      return got(pipeline.POST("/api/v1/deals/{deal_id}/move-stage", { params, body }));
    }
    case "win": {
      const body = { amount: step.amount ?? null, ...override };
      return got(pipeline.POST("/api/v1/deals/{deal_id}/win", { params, body }));
    }
    case "lose": {
      const body = {
        reason: step.reason ?? "",
        competitor: step.competitor ?? null,
        stage: step.to.key,
        ...override,
      };
      return got(pipeline.POST("/api/v1/deals/{deal_id}/lose", { params, body }));
    }
    case "reopen":
      return got(pipeline.POST("/api/v1/deals/{deal_id}/reopen", { params, body: { stage: step.to.key } }));
  }
}
