/** Where a customer stands in its group of companies: those above it, itself, and the tree of its subsidiaries. */
import { Anchor, Button, Group, Paper, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Asked } from "~/states/Asked";
import classes from "./CustomerFamily.module.css";
import { customersAbove, subsidiariesOf } from "./family";
import { ParentChoice } from "./ParentChoice";
import { ParentConflict } from "./ParentConflict";
import type { CustomerRecord } from "./queries";
import { Subsidiaries } from "./Subsidiaries";
import { useCustomerCorrection } from "./useCustomerCorrection";

export function CustomerFamily({ record }: { record: CustomerRecord }) {
  const { t } = useTranslation("customers");
  const [choosing, choose] = useState(false);
  const above = useQuery(customersAbove(record.parent_id));
  const correcting = useCustomerCorrection();
  const parent = above.data?.at(-1);
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="family">
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h5" id="family">
          {t("family.title")}
        </Title>
        {!record.archived && (
          <Button size="compact-sm" variant="subtle" onClick={() => choose(!choosing)}>
            {record.parent_id ? t("family.change") : t("family.choose")}
          </Button>
        )}
      </Group>
      {choosing && (
        <ParentChoice
          chosen={record.parent_id}
          name={parent?.name}
          save={(parent_id) => correcting.save(record, { parent_id })}
          onDone={() => choose(false)}
        />
      )}
      <ParentConflict correcting={correcting} />
      <Asked query={above}>{(chain) => <Tree record={record} chain={chain} />}</Asked>
    </Paper>
  );
}

interface TreeProps {
  record: CustomerRecord;
  chain: readonly CustomerRecord[];
}

function Tree({ record, chain }: TreeProps) {
  const { t } = useTranslation("customers");
  const below = useQuery(subsidiariesOf(record.id));
  const alone = !record.parent_id && below.data?.length === 0;
  const hidden = record.parent_id !== null && chain.at(-1)?.id !== record.parent_id;
  return (
    <>
      {hidden && (
        <Text size="sm" c="dimmed">
          {t("family.hidden")}
        </Text>
      )}
      {alone ? (
        <Text size="sm" c="dimmed">
          {t("family.alone")}
        </Text>
      ) : (
        <ul className={classes["tree"]}>
          <Line chain={chain} record={record} />
        </ul>
      )}
    </>
  );
}

/** The first of the chain with the rest below it, down to the customer itself and what is below that. */
function Line({ chain: [first, ...rest], record }: TreeProps) {
  if (!first)
    return (
      <li>
        <Text className={classes["twig"] ?? ""} fw={600} aria-current="true">
          {record.name}
        </Text>
        <Subsidiaries of={record.id} />
      </li>
    );
  return (
    <li>
      <span className={classes["twig"]}>
        <Anchor component={Link} to={`/customers/${first.id}`} inherit className={classes["name"] ?? ""}>
          {first.name}
        </Anchor>
      </span>
      <ul>
        <Line chain={rest} record={record} />
      </ul>
    </li>
  );
}
