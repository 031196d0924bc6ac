/** The people at the customer, to be called or written to with one tap. */
import { Anchor, Group, Stack, Text } from "@mantine/core";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { customer, got } from "~/api/client";
import { Problem } from "~/api/problem";
import { Asked } from "~/states/Asked";
import type { Deal } from "../queries";
import { Section } from "./Section";

const contactsOf = (customer_id: string) =>
  queryOptions({
    queryKey: ["contacts", "of-customer", customer_id],
    queryFn: () =>
      got(
        customer.GET("/api/v1/customers/{customer_id}/contacts", {
          params: { path: { customer_id }, query: { limit: 50 } },
        }),
      ),
  });

export function Contacts({ deal }: { deal: Deal }) {
  const { t } = useTranslation("deals");
  return (
    <Section title={t("contacts.title")}>
      {deal.customer_id ? (
        <ContactsOf id={deal.customer_id} />
      ) : (
        <Text size="sm" c="dimmed">
          {t("contacts.noCustomer")}
        </Text>
      )}
    </Section>
  );
}

function ContactsOf({ id }: { id: string }) {
  const { t } = useTranslation("deals");
  const query = useQuery(contactsOf(id));
  // a deal may be mine while its customer is somebody else's
  if (query.error instanceof Problem && (query.error.isNotFound || query.error.isNotAllowed))
    return (
      <Text size="sm" c="dimmed">
        {t("contacts.notShared")}
      </Text>
    );
  return (
    <Asked query={query}>
      {({ items }) => (
        <Stack gap="sm">
          {items.length === 0 && (
            <Text size="sm" c="dimmed">
              {t("contacts.empty")}
            </Text>
          )}
          {items.map(({ id: contact, name, title, email, phone, roles }) => (
            <div key={contact}>
              <Group gap="xs">
                <Text component={Link} to={`/contacts/${contact}`} size="sm" fw={500} c="inherit">
                  {name}
                </Text>
                <Text size="xs" c="dimmed">
                  {[title, roles[id]].filter(Boolean).join(" · ")}
                </Text>
              </Group>
              <Group gap="sm">
                {phone && (
                  <Anchor size="sm" href={`tel:${phone}`}>
                    {phone}
                  </Anchor>
                )}
                {email && (
                  <Anchor size="sm" href={`mailto:${email}`}>
                    {email}
                  </Anchor>
                )}
              </Group>
            </div>
          ))}
        </Stack>
      )}
    </Asked>
  );
}
