/** A paged list inside the drawer, the next page at the press of a button. */
import { Button, Stack } from "@mantine/core";
import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Empty } from "~/states/Empty";

interface LongListProps {
  count: number;
  query: Pick<UseInfiniteQueryResult, "hasNextPage" | "isFetchingNextPage" | "fetchNextPage">;
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
      {query.hasNextPage && (
        <Button
          variant="subtle"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t("behind.more")}
        </Button>
      )}
    </>
  );
}
