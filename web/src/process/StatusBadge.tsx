/** How far a version is. */
import { Badge } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Version } from "./queries";

const COLOURS = { draft: "gray", in_review: "orange", published: "teal", retired: "gray" } as const;

export function StatusBadge({ status }: { status: Version["status"] }) {
  const { t } = useTranslation("process");
  return (
    <Badge variant="light" color={COLOURS[status]} tt="none">
      {t(`status.${status}`)}
    </Badge>
  );
}
