/** One contact: who it is, how to reach them, and their roles at customers. */
import { Alert, Anchor, Badge, Button, Group, Modal, Paper, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { IconMail, IconPhone } from "@tabler/icons-react";
import { useQueries, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useChange } from "~/api/optimistic";
import { oneCustomer } from "~/customers/queries";
import { Facts } from "~/facts/Facts";
import type { Field } from "~/facts/field";
import { useCorrection } from "~/facts/useCorrection";
import { useRole } from "~/session/SessionContext";
import { Asked } from "~/states/Asked";
import {
  type Contact,
  type ContactDeed,
  contactCorrection,
  freshContact,
  oneContact,
  useContactDeed,
} from "./queries";
import { useContactName } from "./useContactName";

export function ContactPage() {
  const { contactId } = useParams({ from: "/contacts/$contactId" });
  const query = useQuery(oneContact(contactId));
  return <Asked query={query}>{(contact) => <Known key={contact.id} contact={contact} />}</Asked>;
}

function Known({ contact }: { contact: Contact }) {
  const { t } = useTranslation("contacts");
  const change = useChange(contactCorrection);
  const correction = useCorrection<Contact>({ change, fresh: freshContact });
  const fields = useMemo<Field[]>(
    () => [
      { name: "name", label: t("field.name"), kind: "text", required: true },
      { name: "title", label: t("field.title"), kind: "text" },
      { name: "phone", label: t("field.phone"), kind: "text", mode: "tel" },
      { name: "email", label: t("field.email"), kind: "text", mode: "email" },
    ],
    [t],
  );
  return (
    <Stack gap="md" maw={760}>
      <Header contact={contact} />
      {contact.erased && <Alert color="gray">{t("erasedText")}</Alert>}
      <Paper withBorder p="md" component="section" aria-labelledby="about">
        <Title order={2} size="h5" id="about" mb="xs">
          {t("about")}
        </Title>
        <Facts
          record={contact}
          fields={fields}
          shown={(name, value) => (name === "name" && contact.erased ? t("erased") : String(value ?? ""))}
          correction={correction}
          fixed={contact.erased}
        />
      </Paper>
      <Roles contact={contact} />
    </Stack>
  );
}

function Header({ contact }: { contact: Contact }) {
  const { t } = useTranslation("contacts");
  const name = useContactName()(contact);
  const navigate = useNavigate();
  const act = useContactDeed();
  const tidies = useRole("admin", "manager");
  const admin = useRole("admin");
  const [asking, ask] = useDisclosure();
  const now = (deed: ContactDeed) => {
    ask.close();
    act.mutate({ contact, deed }, { onSuccess: () => gone(deed) });
  };
  const gone = (deed: ContactDeed) => {
    notifications.show({ message: t(`did.${deed}`, { name }) });
    if (deed === "delete") void navigate({ to: "/contacts" });
  };
  return (
    <Group justify="space-between">
      <Group gap="xs">
        <Title order={1} size="h2">
          {name}
        </Title>
        {contact.title && <Badge variant="light">{contact.title}</Badge>}
      </Group>
      <Group gap="xs">
        {contact.phone && (
          <Button component="a" href={`tel:${contact.phone}`} h={44} leftSection={<IconPhone size={16} />}>
            {t("call")}
          </Button>
        )}
        {contact.email && (
          <Button
            component="a"
            href={`mailto:${contact.email}`}
            h={44}
            variant="default"
            leftSection={<IconMail size={16} />}
          >
            {t("mail")}
          </Button>
        )}
        {tidies && (
          <Button variant="default" h={44} onClick={() => now("delete")}>
            {t("deed.delete")}
          </Button>
        )}
        {admin && !contact.erased && (
          <Button variant="subtle" color="red" h={44} onClick={ask.open}>
            {t("deed.erase")}
          </Button>
        )}
      </Group>
      <Modal
        opened={asking}
        onClose={ask.close}
        title={t("erase.title", { name })}
        closeButtonProps={{ "aria-label": t("close") }}
      >
        <Text size="sm">{t("erase.text")}</Text>
        <Group mt="md">
          <Button color="red" onClick={() => now("erase")}>
            {t("erase.yes")}
          </Button>
          <Button variant="subtle" onClick={ask.close}>
            {t("states:cancel")}
          </Button>
        </Group>
      </Modal>
    </Group>
  );
}

function Roles({ contact }: { contact: Contact }) {
  const { t } = useTranslation("contacts");
  const customers = useQueries({ queries: Object.keys(contact.roles).map(oneCustomer) });
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="roles">
      <Title order={2} size="h5" id="roles" mb="xs">
        {t("roles.title")}
      </Title>
      {customers.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("roles.none")}
        </Text>
      )}
      {customers.map(
        ({ data }) =>
          data && (
            <Group key={data.id} justify="space-between" mih={44} wrap="nowrap">
              <Anchor component={Link} to={`/customers/${data.id}`} size="sm" fw={500} truncate>
                {data.name}
              </Anchor>
              <Text size="sm" c="dimmed">
                {contact.roles[data.id]}
              </Text>
            </Group>
          ),
      )}
    </Paper>
  );
}
