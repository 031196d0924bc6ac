/** The deals behind a number of the map, each with a way to it. */
import { Anchor, Badge, Drawer, Group, Stack, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/useFormat";
import { Asked } from "~/states/Asked";
import { Empty } from "~/states/Empty";
import { ShowMore } from "~/states/ShowMore";
import classes from "./Map.module.css";
import { dealsBehind, type MappedDeal } from "./queries";

interface DrawerProps {
  id: string;
  behind: string;
  what: string;
  onClose: () => void;
}

export function DealsDrawer({ id, behind, what, onClose }: DrawerProps) {
  const { t } = useTranslation("map");
  return (
    <Drawer
      opened={behind !== ""}
      onClose={onClose}
      position="right"
      size="md"
      title={what || t("dealsBehind")}
      closeButtonProps={{ "aria-label": t("close") }}
    >
      {behind && <List id={id} behind={behind} />}
    </Drawer>
  );
}

function List({ id, behind }: { id: string; behind: string }) {
  const { t } = useTranslation("map");
  const pages = useInfiniteQuery(dealsBehind(id, behind));
  return (
    <Asked query={pages}>
      {({ pages: shown }) => {
        const deals = shown.flatMap(({ items }) => items);
        if (deals.length === 0) return <Empty title={t("noDeals")} />;
        return (
          <Stack gap={0}>
            {deals.map((deal) => (
              <Deal key={deal.id} deal={deal} />
            ))}
            <ShowMore pages={pages} />
          </Stack>
        );
      }}
    </Asked>
  );
}

const COLOURS: Readonly<Record<string, string>> = { won: "teal", lost: "red" };

function Deal({ deal }: { deal: MappedDeal }) {
  const { t } = useTranslation("map");
  const format = useFormat();
  const { id, name, customer, owner, amount, outcome, opened_at } = deal;
  return (
    <div className={classes["row"]}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Anchor component={Link} to={`/deals/${id}`} fw={600} size="sm">
          {name}
        </Anchor>
        <Text size="sm" className={classes["number"] ?? ""}>
          {amount && format.money(amount)}
        </Text>
      </Group>
      <Group gap="xs">
        <Badge size="sm" variant="light" color={COLOURS[outcome] ?? "blue"} tt="none">
          {t(`outcome.${outcome}`)}
        </Badge>
        <Text size="xs" c="dimmed">
          {[customer, owner, format.date(opened_at)].filter(Boolean).join(" · ")}
        </Text>
      </Group>
    </div>
  );
}
