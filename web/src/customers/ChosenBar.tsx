/** What can be done with all chosen customers at once; one request, an outcome for each. */
import { Button, Group, Paper, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconArchive } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { customer, got } from "~/api/client";
import type { Customer } from "~/api/record";
import { PersonSelect } from "~/people/PersonSelect";
import { useRefused } from "~/states/useRefused";
import type { CustomerRecord } from "./queries";

const MOST = 200; // commands in one request

type Item = Customer["AssignCustomerItem"] | Customer["ArchiveCustomerItem"];

export function ChosenBar({ rows, onDone }: { rows: readonly CustomerRecord[]; onDone: () => void }) {
  const { t } = useTranslation("customers");
  const client = useQueryClient();
  const refused = useRefused();
  const all = useMutation({
    mutationFn: async (command: (row: CustomerRecord) => Item) => {
      const commands = rows.slice(0, MOST).map(command);
      return (await got(customer.POST("/api/v1/customers:batch", { body: { commands } }))).results;
    },
    onSuccess: (results) => {
      const failed = results.filter(({ status }) => status >= 300).length;
      notifications.show({
        color: failed > 0 ? "orange" : "green",
        message: failed > 0 ? t("bulk.some", { count: failed }) : t("bulk.done", { count: results.length }),
      });
      onDone();
    },
    onError: refused,
    onSettled: () => client.invalidateQueries({ queryKey: ["customers"] }),
  });
  if (rows.length === 0) return null;
  const on = ({ id, version }: CustomerRecord) => ({ id, if_match: version });
  return (
    <Paper withBorder p="xs" role="region" aria-label={t("bulk.title")}>
      <Group gap="sm">
        <Text size="sm" fw={500}>
          {t("bulk.chosen", { count: rows.length })}
        </Text>
        <PersonSelect
          w={180}
          size="sm"
          aria-label={t("bulk.assign")}
          placeholder={t("bulk.assign")}
          value={null}
          onChange={(owner_id) =>
            owner_id && all.mutate((row) => ({ ...on(row), command: "assign-customer", owner_id }))
          }
        />
        <Button
          size="sm"
          variant="default"
          leftSection={<IconArchive size={16} aria-hidden />}
          loading={all.isPending}
          onClick={() => all.mutate((row) => ({ ...on(row), command: "archive-customer" }))}
        >
          {t("deed.archive")}
        </Button>
        <Button size="sm" variant="subtle" onClick={onDone}>
          {t("bulk.none")}
        </Button>
      </Group>
    </Paper>
  );
}
