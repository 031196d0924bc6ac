/** Where one begins: my customers and my deals, and what is done most with them in two taps. */
import { SimpleGrid, Stack, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { myself } from "~/people/queries";
import { useSession } from "~/session/SessionContext";
import { MyCustomers } from "./MyCustomers";
import { MyDeals } from "./MyDeals";

export function HomePage() {
  const { t } = useTranslation("home");
  const { person } = useSession();
  const me = useQuery(myself);
  const id = me.data?.id ?? "";
  return (
    <Stack>
      <Title order={1} size="h2">
        {t("hello", { name: person.name })}
      </Title>
      {!me.isPending && (
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
          <MyCustomers me={id} />
          <MyDeals me={id} />
        </SimpleGrid>
      )}
    </Stack>
  );
}
