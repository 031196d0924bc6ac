/** The next page of a list, at the press of a button; nothing where there is none. */
import { Button } from "@mantine/core";
import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

export type Pages = Pick<UseInfiniteQueryResult, "hasNextPage" | "isFetchingNextPage" | "fetchNextPage">;

export function ShowMore({ pages }: { pages: Pages }) {
  const { t } = useTranslation("states");
  if (!pages.hasNextPage) return null;
  return (
    <Button
      variant="subtle"
      mt="sm"
      loading={pages.isFetchingNextPage}
      onClick={() => void pages.fetchNextPage()}
    >
      {t("more")}
    </Button>
  );
}
