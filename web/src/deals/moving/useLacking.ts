/** What is in the way of a move, in the reader's words: missing fields, what is to be done first, guards that say no. */
import { useTranslation } from "react-i18next";
import type { MoveOption } from "../queries";

export function useLacking(): (option: MoveOption) => string[] {
  const { t } = useTranslation("deals");
  return ({ missing, undone, guards, refusals }) => [
    ...(missing.length > 0
      ? [t("lacking.fields", { fields: missing.map((field) => t(`field.${field}`)).join(t("and")) })]
      : []),
    ...undone.map(({ text }) => t("lacking.item", { item: text })),
    ...(refusals.some(({ code }) => code === "guard-not-passed")
      ? guards.filter(({ passed }) => !passed).map(({ guard, reason }) => reason ?? guard)
      : []),
  ];
}
