/** Says that a write was refused, and by which rule; views with something better to show (a missing field) do so. */
import { notifications } from "@mantine/notifications";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useReason } from "./useReason";

export function useRefused(): (error: unknown) => void {
  const { t } = useTranslation("states");
  const reason = useReason();
  return useCallback(
    (error) => {
      notifications.show({ color: "red", title: t("refused"), message: reason(error), role: "alert" });
    },
    [t, reason],
  );
}
