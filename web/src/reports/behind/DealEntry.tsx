/** One deal behind a number: what it adds, and, opened, its events and why it is as it is. */
import { ActionIcon, Group, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { CountedDeal } from "../queries";
import classes from "../reports.module.css";
import { WhyDeal } from "./WhyDeal";

interface DealEntryProps {
  id: string;
  name: string;
  about: CountedDeal | null;
  number: string | null;
  children?: ReactNode;
}

export function DealEntry({ id, name, about, number, children }: DealEntryProps) {
  const { t } = useTranslation("reports");
  const [opened, { toggle }] = useDisclosure();
  const Chevron = opened ? IconChevronDown : IconChevronRight;
  return (
    <li className={classes["entry"]}>
      <Group wrap="nowrap" gap="xs">
        <ActionIcon
          variant="subtle"
          size={44}
          onClick={toggle}
          aria-expanded={opened}
          aria-label={t("behind.open", { name })}
        >
          <Chevron size={18} />
        </ActionIcon>
        <div className={classes["grow"]}>
          <Link className={classes["link"] ?? ""} to={`/deals/${id}` as "/deals"}>
            {name}
          </Link>
          {about && (
            <Text size="xs" c="dimmed">
              {[about.customer, about.stage, about.credited_owner].filter(Boolean).join(" · ")}
            </Text>
          )}
        </div>
        <Text size="sm" className={classes["right"] ?? ""}>
          {number}
        </Text>
      </Group>
      {opened && (
        <Stack gap="xs" pl={44} pb="sm">
          {children && (
            <Stack gap={0} component="ol" p={0} m={0}>
              {children}
            </Stack>
          )}
          <WhyDeal id={id} />
        </Stack>
      )}
    </li>
  );
}
