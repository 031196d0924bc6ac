/** My customers, the last ones first; a call is logged, or a follow-up planned, with the second tap. */
import { ActionIcon, Button, Group, Menu, Paper, Stack, Text, TextInput, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconCalendarPlus, IconPhone } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { CHOICES, type DueChoice, dueTime } from "~/activities/dueTimes";
import { useSay } from "~/activities/queries";
import { Empty } from "~/states/Empty";
import { Failed } from "~/states/Failed";
import classes from "./HomePage.module.css";
import { type CustomerRow, myCustomers } from "./queries";

export function MyCustomers({ me }: { me: string }) {
  const { t } = useTranslation("home");
  const query = useQuery(myCustomers(me));
  const [logging, log] = useState<string | null>(null);
  const rows = query.data ?? [];
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="my-customers">
      <Title order={2} size="h4" id="my-customers" mb="xs">
        {t("customers")}
      </Title>
      {query.error && <Failed error={query.error} again={query.refetch} />}
      {!query.isLoading && !query.error && rows.length === 0 && (
        <Empty title={t("noCustomers.title")} text={t("noCustomers.text")} />
      )}
      <Stack component="ul" gap={0} p={0} m={0}>
        {rows.map((customer) => (
          <li key={customer.id} className={classes["row"]}>
            <Customer customer={customer} onLog={() => log(logging === customer.id ? null : customer.id)} />
            {logging === customer.id && <Call customer={customer} onDone={() => log(null)} />}
          </li>
        ))}
      </Stack>
    </Paper>
  );
}

function Customer({ customer, onLog }: { customer: CustomerRow; onLog: () => void }) {
  const { t } = useTranslation("home");
  return (
    <Group wrap="nowrap" gap={4}>
      <Text component={Link} to={`/customers/${customer.id}`} truncate className={classes["name"] ?? ""}>
        {customer.name}
      </Text>
      <ActionIcon variant="light" size={44} onClick={onLog} aria-label={t("logOf", { name: customer.name })}>
        <IconPhone size={20} />
      </ActionIcon>
      <FollowUp customer={customer} />
    </Group>
  );
}

function FollowUp({ customer }: { customer: CustomerRow }) {
  const { t } = useTranslation("home");
  const say = useSay();
  const plan = (choice: DueChoice) => {
    const wish = {
      kind: "call",
      subject: t("followUp"),
      customer_id: customer.id,
      due_at: dueTime(choice),
    } as const;
    say.mutate(wish, { onSuccess: () => notifications.show({ message: t("planned"), color: "green" }) });
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="light" size={44} aria-label={t("followUpOf", { name: customer.name })}>
          <IconCalendarPlus size={20} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("followUp")}</Menu.Label>
        {CHOICES.map((choice) => (
          <Menu.Item key={choice} h={44} onClick={() => plan(choice)}>
            {t(`due.${choice}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Call({ customer, onDone }: { customer: CustomerRow; onDone: () => void }) {
  const { t } = useTranslation("home");
  const say = useSay();
  const save = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const said = String(new FormData(event.currentTarget).get("what") ?? "").trim();
    const wish = { kind: "call", subject: said || t("usual"), customer_id: customer.id } as const;
    const logged = () => notifications.show({ message: t("logged"), color: "green" });
    say.mutateAsync(wish).then(logged, () => {}); // a refusal is said by the hook; the form is gone by then
    onDone();
  };
  return (
    <form onSubmit={save}>
      <Group wrap="nowrap" gap={4} mt={4}>
        <TextInput
          name="what"
          flex={1}
          size="md"
          maxLength={200}
          autoFocus
          placeholder={t("what")}
          aria-label={t("what")}
        />
        <Button type="submit" h={44}>
          {t("save")}
        </Button>
      </Group>
    </form>
  );
}
