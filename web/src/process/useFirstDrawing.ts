/** What a new process begins with: three open stages in a row, won and lost. */
import { useTranslation } from "react-i18next";
import { type Drawing, type Move, newStage, type Stage } from "./drawing";

export function useFirstDrawing(): Drawing {
  const { t } = useTranslation("drawing");
  const stage = (key: string, name: string, more: Partial<Stage>): Stage => ({
    ...newStage(key, name),
    ...more,
  });
  const stages = [
    stage("qualify", t("first.qualify"), { probability: 20 }),
    stage("propose", t("first.propose"), { probability: 50 }),
    stage("negotiate", t("first.negotiate"), { probability: 75 }),
    stage("won", t("first.won"), { category: "won", probability: 100 }),
    stage("lost", t("first.lost"), { category: "lost", probability: 0 }),
  ];
  const move = (from_stage: string, to_stage: string): Move => ({
    from_stage,
    to_stage,
    label: null,
    guard: null,
    default: false,
  });
  const moves = [
    move("qualify", "propose"),
    move("propose", "negotiate"),
    move("negotiate", "won"),
    move("qualify", "lost"),
    move("propose", "lost"),
    move("negotiate", "lost"),
  ];
  return { stages, moves, decisions: [], notes: [] };
}
