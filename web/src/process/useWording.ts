/** What is drawn, in the reader's words: small print of stages, guards as sentences, kinds of elements. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Wording } from "./chartOf";
import type { GuardRow, Stage } from "./drawing";

export function useWording(): Wording & { row: (row: GuardRow) => string } {
  const { t } = useTranslation("drawing");
  return useMemo(() => {
    const value = ({ value }: GuardRow) => (Array.isArray(value) ? value.join(t("listed")) : (value ?? ""));
    const row = (each: GuardRow) =>
      [t(`field.${each.field}`), t(`operator.${each.operator}`), value(each)].join(" ").trim();
    return {
      start: t("start"),
      small: (stage) =>
        smallPrint(stage)
          .map(([key, count]) => t(`small.${key}`, { count }))
          .join(" · "),
      row,
      guard: ({ guard }) => {
        if (!guard) return "";
        return guard.cel ?? guard.rows.map(row).join(t(`joined.${guard.match}`));
      },
      kind: (shape) => t(`kind.${shape}`),
    };
  }, [t]);
}

type Small = "probability" | "required" | "sla" | "checklist" | "automations";

function smallPrint(stage: Stage): [Small, number][] {
  const closed = stage.category === "won" || stage.category === "lost";
  const all: [Small, number | null][] = [
    ["probability", closed ? null : stage.probability],
    ["sla", stage.sla_days],
    ["required", stage.required.length],
    ["checklist", stage.checklist.length],
    ["automations", stage.automations.length],
  ];
  return all.filter(
    (each): each is [Small, number] => each[1] !== null && (each[1] > 0 || each[0] === "probability"),
  );
}
