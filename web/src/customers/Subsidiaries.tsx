/** The subsidiaries of one customer, each unfolded to its own; only what is unfolded is asked for. */
import { ActionIcon, Anchor, Badge, Button, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Failed } from "~/states/Failed";
import classes from "./CustomerFamily.module.css";
import { subsidiariesOf } from "./family";
import type { CustomerRecord } from "./queries";

const FIRST = 10; // each asks for its own subsidiaries, so that one sees which can be unfolded

export function Subsidiaries({ of }: { of: string }) {
  const { t } = useTranslation("customers");
  const query = useQuery(subsidiariesOf(of));
  const [all, showAll] = useState(false);
  const rows = query.data ?? [];
  if (query.error) return <Failed error={query.error} again={query.refetch} />;
  if (rows.length === 0) return null;
  return (
    <ul aria-label={t("family.below")}>
      {(all ? rows : rows.slice(0, FIRST)).map((row) => (
        <Subsidiary key={row.id} row={row} />
      ))}
      {!all && rows.length > FIRST && (
        <li>
          <Button size="compact-sm" variant="subtle" onClick={() => showAll(true)}>
            {t("family.more", { count: rows.length - FIRST })}
          </Button>
        </li>
      )}
    </ul>
  );
}

function Subsidiary({ row: { id, name, archived } }: { row: CustomerRecord }) {
  const { t } = useTranslation("customers");
  const below = useQuery(subsidiariesOf(id)).data?.length ?? 0;
  const [opened, { toggle }] = useDisclosure();
  return (
    <li>
      <span className={classes["twig"]}>
        <Anchor component={Link} to={`/customers/${id}`} inherit className={classes["name"] ?? ""}>
          {name}
        </Anchor>
        {archived && (
          <Badge color="gray" variant="light">
            {t("archived")}
          </Badge>
        )}
        {below > 0 && (
          <>
            <Text size="sm" c="dimmed">
              {below}
            </Text>
            <ActionIcon
              variant="subtle"
              color="gray"
              onClick={toggle}
              aria-expanded={opened}
              aria-label={t("family.unfold", { name })}
            >
              {opened ? <IconChevronDown size={16} /> : <IconChevronRight size={16} />}
            </ActionIcon>
          </>
        )}
      </span>
      {opened && <Subsidiaries of={id} />}
    </li>
  );
}
