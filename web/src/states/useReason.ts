/** Why something was refused, in the reader's language: by the rule's name where we have words for it. */
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "~/api/problem";

export function useReason(): (error: unknown) => string {
  const { t, i18n } = useTranslation(["problems", "states"]);
  return useCallback(
    (error) => {
      if (!(error instanceof Problem)) return t("states:unexpected");
      if (i18n.exists(`problems:${error.code}`)) return t(`problems:${error.code}`);
      return error.detail || error.title || t("states:unexpected");
    },
    [t, i18n],
  );
}
