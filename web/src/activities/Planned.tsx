/** What is still to be done with a customer: done in one tap, or not to be done after all. */
import { ActionIcon, Checkbox, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/useFormat";
import { useNames } from "~/people/queries";
import { type Activity, plannedWith, useCancel, useComplete } from "./queries";

export function Planned({ customerId }: { customerId: string }) {
  const { t } = useTranslation("activities");
  const planned = useQuery(plannedWith(customerId)).data ?? [];
  if (planned.length === 0) return null;
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="planned">
      <Title order={2} size="h5" id="planned" mb={4}>
        {t("next")}
      </Title>
      <Stack gap={0}>
        {planned.map((activity) => (
          <OnePlan key={activity.id} activity={activity} />
        ))}
      </Stack>
    </Paper>
  );
}

function OnePlan({ activity }: { activity: Activity }) {
  const { t } = useTranslation("activities");
  const format = useFormat();
  const nameOf = useNames();
  const complete = useComplete();
  const cancel = useCancel();
  const late = activity.due_at !== null && new Date(activity.due_at) < new Date();
  const kind = t(`kind.${activity.kind}`);
  return (
    <Group wrap="nowrap" justify="space-between" mih={44}>
      <Checkbox
        checked={complete.isPending || complete.isSuccess}
        onChange={() => complete.mutate(activity)}
        label={`${kind} · ${activity.subject}`}
      />
      <Group gap={4} wrap="nowrap">
        <Text size="sm" c={late ? "red" : "dimmed"} style={{ whiteSpace: "nowrap" }}>
          {activity.due_at && format.relative(activity.due_at)} {nameOf(activity.owner_id)}
        </Text>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={44}
          onClick={() => cancel.mutate(activity)}
          aria-label={t("cancelOf", { subject: activity.subject })}
        >
          <IconX size={16} />
        </ActionIcon>
      </Group>
    </Group>
  );
}
