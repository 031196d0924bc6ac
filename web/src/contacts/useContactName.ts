/** A contact's name; of a person whose data was erased, that it was. */
import { useCallback } from "react";
import { useTranslation } from "react-i18next";

export function useContactName(): (contact: { name: string; erased: boolean }) => string {
  const { t } = useTranslation("contacts");
  return useCallback(({ name, erased }) => (erased ? t("erased") : name), [t]);
}
