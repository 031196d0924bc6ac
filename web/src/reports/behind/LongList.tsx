/** A paged list inside the drawer, the next page at the press of a button. */
import { Stack } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Empty } from "~/states/Empty";
import { type Pages, ShowMore } from "~/states/ShowMore";

interface LongListProps {
  count: number;
  query: Pages;
  children: ReactNode;
}

export function LongList({ count, query, children }: LongListProps) {
  const { t } = useTranslation("reports");
  if (count === 0) return <Empty title={t("behind.none")} />;
  return (
    <>
      <Stack gap={0} component="ul" p={0} m={0}>
        {children}
      </Stack>
      <ShowMore pages={query} />
    </>
  );
}
