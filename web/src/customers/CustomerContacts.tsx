/** The people we know at a customer and what they do there; add one, or end somebody's role. */
import { ActionIcon, Anchor, Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { IconMail, IconPhone, IconPlus, IconUnlink } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { got, seen, customer as service } from "~/api/client";
import { useContactName } from "~/contacts/useContactName";
import { Asked } from "~/states/Asked";
import { AddContact } from "./AddContact";
import { type Contact, type CustomerRecord, contactsOf } from "./queries";
import { useContactChange } from "./useContactChange";

export function CustomerContacts({ customer }: { customer: CustomerRecord }) {
  const { t } = useTranslation("customers");
  const query = useQuery(contactsOf(customer.id));
  const [adding, add] = useState(false);
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="contacts">
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h5" id="contacts">
          {t("contacts.title")}
        </Title>
        {!customer.archived && (
          <Button
            size="compact-sm"
            variant="subtle"
            leftSection={<IconPlus size={14} />}
            onClick={() => add(!adding)}
          >
            {t("contacts.add")}
          </Button>
        )}
      </Group>
      {adding && <AddContact customerId={customer.id} onDone={() => add(false)} />}
      <Asked query={query}>
        {(contacts) =>
          contacts.length === 0 ? (
            <Text size="sm" c="dimmed">
              {t("contacts.none")}
            </Text>
          ) : (
            <Stack gap={0}>
              {contacts.map((contact) => (
                <Linked
                  key={contact.id}
                  contact={contact}
                  customerId={customer.id}
                  fixed={customer.archived}
                />
              ))}
            </Stack>
          )
        }
      </Asked>
    </Paper>
  );
}

function Linked({ contact, customerId, fixed }: { contact: Contact; customerId: string; fixed: boolean }) {
  const { t } = useTranslation("customers");
  const name = useContactName()(contact);
  const change = useContactChange();
  const params = { path: { contact_id: contact.id }, header: seen(contact) };
  const unlink = () =>
    change.mutate(() =>
      got(
        service.POST("/api/v1/contacts/{contact_id}/unlink-from-customer", {
          params,
          body: { customer_id: customerId },
        }),
      ),
    );
  return (
    <Group justify="space-between" wrap="nowrap" mih={44}>
      <div style={{ minWidth: 0 }}>
        <Anchor component={Link} to={`/contacts/${contact.id}`} size="sm" fw={500}>
          {name}
        </Anchor>
        <Text size="xs" c="dimmed" truncate>
          {[contact.roles[customerId], contact.title].filter(Boolean).join(" · ")}
        </Text>
      </div>
      <Group gap={0} wrap="nowrap">
        {contact.phone && (
          <ActionIcon
            variant="subtle"
            size={44}
            component="a"
            href={`tel:${contact.phone}`}
            aria-label={t("call", { name })}
          >
            <IconPhone size={18} />
          </ActionIcon>
        )}
        {contact.email && (
          <ActionIcon
            variant="subtle"
            size={44}
            component="a"
            href={`mailto:${contact.email}`}
            aria-label={t("mail", { name })}
          >
            <IconMail size={18} />
          </ActionIcon>
        )}
        {!fixed && !contact.erased && (
          <ActionIcon
            variant="subtle"
            color="gray"
            size={44}
            onClick={unlink}
            aria-label={t("contacts.unlink", { name })}
          >
            <IconUnlink size={18} />
          </ActionIcon>
        )}
      </Group>
    </Group>
  );
}
