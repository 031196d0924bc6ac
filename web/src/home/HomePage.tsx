/** Where one begins: my customers and deals, what is done most with them in two taps, what is due, today's numbers. */
import { SimpleGrid, Stack, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { myself } from "~/people/queries";
import { useRole, useSession } from "~/session/SessionContext";
import { Loading } from "~/states/Loading";
import { DueTasks } from "./DueTasks";
import { MyCustomers } from "./MyCustomers";
import { MyDeals } from "./MyDeals";
import { myCustomers, myDeals } from "./queries";

const StartFigures = lazy(() => import("./StartFigures").then((file) => ({ default: file.StartFigures })));

export function HomePage() {
  const { t } = useTranslation("home");
  const { person } = useSession();
  const reads = useRole("rep", "manager", "admin");
  const me = useQuery(myself);
  const id = me.data?.id ?? "";
  const lists = [useQuery(myCustomers(id)), useQuery(myDeals(id))];
  const waits = me.isPending || lists.some(({ isLoading }) => isLoading);
  return (
    <Stack>
      <Title order={1} size="h2">
        {t("hello", { name: person.name })}
      </Title>
      {waits ? (
        <Loading />
      ) : (
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
          <MyCustomers me={id} />
          <MyDeals me={id} />
        </SimpleGrid>
      )}
      {reads && !waits && (
        <>
          <DueTasks />
          <Suspense fallback={<Loading />}>
            <StartFigures />
          </Suspense>
        </>
      )}
    </Stack>
  );
}
