/** My open deals, the last ones first; one is moved with the second tap. */
import { Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMoving } from "~/deals/moving/useMoving";
import { useFormat } from "~/i18n/useFormat";
import { Empty } from "~/states/Empty";
import { Failed } from "~/states/Failed";
import classes from "./HomePage.module.css";
import { type DealRow, myDeals } from "./queries";

/** After a move its button has the focus again. */
const focusAgain = (id: string) => document.getElementById(`move-${id}`)?.focus();

export function MyDeals({ me }: { me: string }) {
  const { t } = useTranslation("home");
  const query = useQuery(myDeals(me));
  const moving = useMoving(focusAgain);
  const rows = query.data ?? [];
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="my-deals">
      <Title order={2} size="h4" id="my-deals" mb="xs">
        {t("deals")}
      </Title>
      {query.error && <Failed error={query.error} again={query.refetch} />}
      {!query.isLoading && !query.error && rows.length === 0 && (
        <Empty title={t("noDeals.title")} text={t("noDeals.text")} />
      )}
      <Stack component="ul" gap={0} p={0} m={0}>
        {rows.map((deal) => (
          <Deal key={deal.id} deal={deal} onMove={() => moving.choose(deal)} />
        ))}
      </Stack>
      {moving.dialogs}
    </Paper>
  );
}

function Deal({ deal, onMove }: { deal: DealRow; onMove: () => void }) {
  const { t } = useTranslation("home");
  const format = useFormat();
  const { amount, id, name, stage } = deal;
  return (
    <li className={classes["row"]}>
      <Group wrap="nowrap" gap="xs">
        <Stack gap={0} flex={1} miw={0}>
          <Text component={Link} to={`/deals/${id}`} truncate className={classes["name"] ?? ""}>
            {name}
          </Text>
          <Text size="sm" c="dimmed" truncate>
            {[amount && format.moneyTight(amount), stage.name].filter(Boolean).join(" · ")}
          </Text>
        </Stack>
        <Button id={`move-${id}`} variant="light" h={44} onClick={onMove} aria-label={t("moveOf", { name })}>
          {t("move")}
        </Button>
      </Group>
    </li>
  );
}
