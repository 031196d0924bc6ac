/** The states every view shares: waiting, nothing there, failed, not allowed. */
import { Center, Loader, VisuallyHidden } from "@mantine/core";
import { useTranslation } from "react-i18next";

/** `height`: what it takes at least, so that little jumps when the answer comes. */
export function Loading({ height = 200 }: { height?: number }) {
  const { t } = useTranslation("states");
  return (
    <Center mih={height} role="status">
      <Loader aria-hidden />
      <VisuallyHidden>{t("loading")}</VisuallyHidden>
    </Center>
  );
}
