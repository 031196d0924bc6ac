import { useTranslation } from "react-i18next";
import { Empty } from "~/states/Empty";

/** Stands in a room whose view is still being built; goes away with the last of them. */
export function NotBuilt() {
  const { t } = useTranslation("shell");
  return <Empty title={t("notBuilt.title")} text={t("notBuilt.text")} />;
}
