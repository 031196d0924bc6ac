/** The customer's deals, those under way first; sums by how they stand, each currency by itself. */
import { Anchor, Badge, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/useFormat";
import { Asked } from "~/states/Asked";
import { type DealRow, dealsOf } from "./queries";
import { sums } from "./sums";

const GROUPS = ["open", "won", "lost"] as const;
const COLOURS = { open: "blue", won: "green", lost: "gray" } as const;
const SHOWN = 8;
type Standing = (typeof GROUPS)[number];

const standingOf = ({ stage }: DealRow): Standing =>
  stage.category === "won" || stage.category === "lost" ? stage.category : "open";

export function CustomerDeals({ customerId }: { customerId: string }) {
  const { t } = useTranslation("customers");
  const query = useQuery(dealsOf(customerId));
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="deals">
      <Title order={2} size="h5" id="deals" mb="xs">
        {t("deals.title")}
      </Title>
      <Asked query={query}>
        {(deals) =>
          deals.length === 0 ? (
            <Text size="sm" c="dimmed">
              {t("deals.none")}
            </Text>
          ) : (
            <Stack gap="sm">
              {GROUPS.map((standing) => (
                <Some
                  key={standing}
                  standing={standing}
                  deals={deals.filter((deal) => standingOf(deal) === standing)}
                />
              ))}
            </Stack>
          )
        }
      </Asked>
    </Paper>
  );
}

function Some({ standing, deals }: { standing: Standing; deals: DealRow[] }) {
  const { t } = useTranslation("customers");
  const format = useFormat();
  if (deals.length === 0) return null;
  const total = sums(deals.map(({ amount }) => amount)).map((money) => format.money(money));
  return (
    <div>
      <Group justify="space-between" mb={4}>
        <Badge variant="light" color={COLOURS[standing]}>
          {t(`deals.${standing}`)} {deals.length}
        </Badge>
        <Text size="sm" fw={600}>
          {total.join(" + ")}
        </Text>
      </Group>
      {deals.slice(0, SHOWN).map((deal) => (
        <Group key={deal.id} justify="space-between" wrap="nowrap" mih={32}>
          <Anchor component={Link} to={`/deals/${deal.id}`} size="sm" truncate>
            {deal.name}
          </Anchor>
          <Text size="sm" c="dimmed" style={{ whiteSpace: "nowrap" }}>
            {standing === "open" && `${deal.stage.name} · `}
            {deal.amount && format.moneyShort(deal.amount)}
          </Text>
        </Group>
      ))}
      {deals.length > SHOWN && (
        <Text size="sm" c="dimmed">
          {t("deals.more", { count: deals.length - SHOWN })}
        </Text>
      )}
    </div>
  );
}
