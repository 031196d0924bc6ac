/** Everything about one customer: who it is, its people and deals, what happened, and what is to be done next. */
import { Alert, Group, Paper, Stack, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { LogActivity } from "~/activities/LogActivity";
import { Planned } from "~/activities/Planned";
import { Facts } from "~/facts/Facts";
import { type Command, useCommands } from "~/palette/commands";
import { Asked } from "~/states/Asked";
import { Timeline } from "~/timeline/Timeline";
import { CustomerContacts } from "./CustomerContacts";
import { CustomerDeals } from "./CustomerDeals";
import { CustomerFamily } from "./CustomerFamily";
import { CustomerHeader } from "./CustomerHeader";
import classes from "./CustomerPage.module.css";
import { type CustomerRecord, oneCustomer } from "./queries";
import { useCustomerCorrection } from "./useCustomerCorrection";
import { useCustomerFields } from "./useCustomerFields";

export function CustomerPage() {
  const { customerId } = useParams({ from: "/customers/$customerId" });
  const query = useQuery(oneCustomer(customerId));
  return <Asked query={query}>{(record) => <Known key={record.id} record={record} />}</Asked>;
}

function Known({ record }: { record: CustomerRecord }) {
  const { t } = useTranslation("customers");
  const { things, log } = useSearch({ from: "/customers/$customerId" });
  const navigate = useNavigate({ from: "/customers/$customerId" });
  const nowLogging = (kind: typeof log) =>
    void navigate({ search: (now) => ({ ...now, log: kind }), replace: true });
  const choose = (next: string | undefined) =>
    void navigate({ search: (now) => ({ ...now, things: next }), replace: true });
  useCustomerCommands(nowLogging);
  return (
    <Stack gap="md" maw={1280}>
      <CustomerHeader record={record} />
      {record.archived && <Alert color="gray">{t("archivedText")}</Alert>}
      <div className={classes["page"]}>
        <Stack gap="md" className={classes["next"] ?? ""}>
          {!record.archived && <LogActivity customerId={record.id} log={log} onLog={nowLogging} />}
          <Planned customerId={record.id} />
        </Stack>
        <Stack gap="md" className={classes["side"] ?? ""}>
          <About record={record} />
          <CustomerDeals customerId={record.id} />
          <CustomerContacts customer={record} />
          <CustomerFamily record={record} />
        </Stack>
        <div className={classes["story"]}>
          <Timeline customerId={record.id} things={things} onThings={choose} />
        </div>
      </div>
    </Stack>
  );
}

function About({ record }: { record: CustomerRecord }) {
  const { t } = useTranslation("customers");
  const { fields, shown } = useCustomerFields();
  const correcting = useCustomerCorrection();
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="about">
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h5" id="about">
          {t("about")}
        </Title>
      </Group>
      <Facts record={record} fields={fields} shown={shown} correction={correcting} fixed={record.archived} />
    </Paper>
  );
}

function useCustomerCommands(log: (kind: "call" | "visit" | "meeting" | "note" | "plan") => void): void {
  const { t } = useTranslation(["customers", "activities"]);
  const commands = useMemo<Command[]>(() => {
    const group = t("customers:one");
    return [
      { id: "log.call", group, label: t("activities:log.call"), keys: "l c", run: () => log("call") },
      { id: "log.visit", group, label: t("activities:log.visit"), keys: "l v", run: () => log("visit") },
      {
        id: "log.meeting",
        group,
        label: t("activities:log.meeting"),
        keys: "l m",
        run: () => log("meeting"),
      },
      { id: "log.note", group, label: t("activities:log.note"), keys: "l n", run: () => log("note") },
      { id: "log.plan", group, label: t("activities:log.plan"), keys: "l p", run: () => log("plan") },
    ];
  }, [t, log]);
  useCommands(commands);
}
