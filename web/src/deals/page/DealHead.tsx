/** The head of a deal: what it is called, whose it is, what it is worth, and the ways on from here. */
import { ActionIcon, Badge, Button, Group, Menu, Stack, Text, Title } from "@mantine/core";
import { IconArrowsRightLeft, IconDots, IconTrash } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { got, pipeline, seen } from "~/api/client";
import { useFormat } from "~/i18n/useFormat";
import { useRole } from "~/session/SessionContext";
import { useRefused } from "~/states/useRefused";
import { isClosed } from "../moving/stepping";
import type { Moving } from "../moving/useMoving";
import { type Deal, movesQuery } from "../queries";
import { Editable } from "./Editable";
import type { Edit } from "./useDealEdit";

interface DealHeadProps {
  deal: Deal;
  /** Left out where the past is shown. */
  moving?: Moving;
  edit?: Edit;
}

const COLOURS: Readonly<Record<string, string>> = { won: "green", lost: "red", on_hold: "gray" };

export function DealHead({ deal, moving, edit }: DealHeadProps) {
  const { t } = useTranslation("deals");
  const format = useFormat();
  return (
    <Group justify="space-between" align="flex-start" gap="sm">
      <Stack gap={4} flex={1} miw={240}>
        <Title order={1} size="h2" id="deal-name" tabIndex={-1}>
          {edit ? (
            <Editable field="name" deal={deal} edit={edit}>
              {deal.name}
            </Editable>
          ) : (
            deal.name
          )}
        </Title>
        <Group gap="sm">
          <Badge variant="light" size="lg" color={COLOURS[deal.stage.category] ?? "blue"} tt="none">
            {deal.stage.name}
          </Badge>
          <Text fw={600} style={{ fontVariantNumeric: "tabular-nums" }}>
            {deal.amount ? format.money(deal.amount) : t("noAmount")}
          </Text>
          {deal.customer_id && (
            <Text component={Link} to={`/customers/${deal.customer_id}`} c="var(--mantine-color-anchor)">
              {deal.customer_name ?? t("customer")}
            </Text>
          )}
          <Text c="dimmed">{deal.owner_name ?? t("nobody")}</Text>
        </Group>
      </Stack>
      {moving && <Ways deal={deal} moving={moving} />}
    </Group>
  );
}

function Ways({ deal, moving }: { deal: Deal; moving: Moving }) {
  const { t } = useTranslation("deals");
  const moves = useQuery({ ...movesQuery(deal.id), enabled: !isClosed(deal.stage) }).data?.moves ?? [];
  const to = (category: string) => moves.find(({ stage }) => stage.category === category)?.stage;
  const [won, lost] = [to("won"), to("lost")];
  return (
    <Group gap="xs">
      {won && (
        <Button color="green" variant="light" onClick={() => moving.move(deal, won)}>
          {t("outcome.win")}
        </Button>
      )}
      {lost && (
        <Button color="red" variant="light" onClick={() => moving.move(deal, lost)}>
          {t("outcome.lose")}
        </Button>
      )}
      <Button leftSection={<IconArrowsRightLeft size={16} aria-hidden />} onClick={() => moving.choose(deal)}>
        {isClosed(deal.stage) ? t("moving.reopen") : t("moving.move")}
      </Button>
      <More deal={deal} />
    </Group>
  );
}

/** What is done rarely: deleting, for who leads. */
function More({ deal }: { deal: Deal }) {
  const { t } = useTranslation("deals");
  const leads = useRole("manager", "admin");
  const client = useQueryClient();
  const navigate = useNavigate();
  const refused = useRefused();
  if (!leads) return null;
  const remove = async () => {
    try {
      const params = { path: { deal_id: deal.id }, header: seen(deal) };
      await got(pipeline.DELETE("/api/v1/deals/{deal_id}", { params }));
      await navigate({ to: "/deals" });
      await Promise.all(["deals", "board"].map((root) => client.invalidateQueries({ queryKey: [root] })));
    } catch (fault) {
      refused(fault);
    }
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="default" size={36} aria-label={t("more")}>
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={() => void remove()}>
          {t("delete")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
