/** All rules that I may see: what they wait for, whom they tell, and a switch for each. */
import { ActionIcon, Anchor, Badge, Button, Group, Stack, Switch, Text, Title } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useChange } from "~/api/optimistic";
import { type Command, useCommands } from "~/palette/commands";
import { Asked } from "~/states/Asked";
import { Empty } from "~/states/Empty";
import { useRefused } from "~/states/useRefused";
import { type Rule, removing, rules, switching } from "./queries";
import classes from "./RulesPage.module.css";
import { wordOf } from "./recipients";
import { useRecipientNames } from "./useRecipientNames";

export function RulesPage() {
  const { t } = useTranslation("rules");
  const query = useQuery(rules);
  useRulesCommands();
  return (
    <Stack maw={820}>
      <Group justify="space-between">
        <Title order={1} size="h2">
          {t("title")}
        </Title>
        <Button component={Link} to="/inbox/rules/new" leftSection={<IconPlus size={16} aria-hidden />}>
          {t("new")}
        </Button>
      </Group>
      <Asked query={query}>
        {(found) =>
          found.length === 0 ? (
            <Empty title={t("empty.title")} text={t("empty.text")} />
          ) : (
            <Stack component="ul" gap={0} p={0} m={0}>
              {found.map((rule) => (
                <RuleRow key={rule.id} rule={rule} />
              ))}
            </Stack>
          )
        }
      </Asked>
    </Stack>
  );
}

function RuleRow({ rule }: { rule: Rule }) {
  const { t } = useTranslation(["rules", "events"]);
  const nameOf = useRecipientNames();
  const turn = useChange(switching);
  const remove = useChange(removing);
  const refused = useRefused();
  const told = rule.recipients.map((each) => nameOf(wordOf(each))).join(", ");
  const event = t(`events:${rule.event_type}`, { defaultValue: rule.event_type });
  return (
    <Group component="li" className={classes["row"] ?? ""} wrap="nowrap">
      <Stack gap={2} flex={1} miw={0}>
        <Group gap="xs">
          <Anchor component={Link} to={`/inbox/rules/${rule.id}`} fw={600}>
            {rule.name}
          </Anchor>
          {rule.condition && <Badge variant="light">{t("conditional")}</Badge>}
        </Group>
        <Text size="sm" c="dimmed">
          {t("says", { event, told })}
        </Text>
      </Stack>
      <Switch
        size="md"
        checked={rule.enabled}
        aria-label={t("holds", { name: rule.name })}
        onChange={() => void turn({ rule, on: !rule.enabled }).catch(refused)}
      />
      <ActionIcon
        variant="subtle"
        color="red"
        size={44}
        aria-label={t("delete", { name: rule.name })}
        onClick={() => void remove(rule).catch(refused)}
      >
        <IconTrash size={18} />
      </ActionIcon>
    </Group>
  );
}

function useRulesCommands(): void {
  const { t } = useTranslation("rules");
  const navigate = useNavigate();
  const commands = useMemo<Command[]>(
    () => [
      {
        id: "rules.new",
        group: t("title"),
        label: t("new"),
        keys: "n",
        run: () => void navigate({ to: "/inbox/rules/new" }),
      },
    ],
    [t, navigate],
  );
  useCommands(commands);
}
