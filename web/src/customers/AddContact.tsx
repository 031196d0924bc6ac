/** Somebody new at a customer, with a role there. */
import { Button, Group, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { accepted } from "~/api/batch";
import { got, customer as service } from "~/api/client";
import { useContactChange } from "./useContactChange";

/** One person, two commands that follow from each other. */
export function AddContact({ customerId, onDone }: { customerId: string; onDone: () => void }) {
  const { t } = useTranslation("contacts");
  const change = useContactChange();
  const [id] = useState(() => crypto.randomUUID());
  const add = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "").trim() || null;
    const person = { name: text("name") ?? "", phone: text("phone"), email: text("email") };
    const role = text("role");
    change.mutate(
      async () => {
        const command = { ...person, id, command: "add-contact" } as const;
        const link = { id, customer_id: customerId, role, command: "link-contact-to-customer" } as const;
        return accepted(
          await got(service.POST("/api/v1/contacts:batch", { body: { commands: [command, link] } })),
        );
      },
      { onSuccess: onDone },
    );
  };
  return (
    <form onSubmit={add}>
      <Stack gap="xs" mb="sm">
        <TextInput name="name" label={t("field.name")} required data-autofocus autoFocus maxLength={200} />
        <TextInput name="role" label={t("field.role")} maxLength={100} />
        <Group grow>
          <TextInput name="phone" label={t("field.phone")} inputMode="tel" />
          <TextInput name="email" label={t("field.email")} inputMode="email" />
        </Group>
        <Group>
          <Button type="submit" size="sm" loading={change.isPending}>
            {t("add")}
          </Button>
          <Button size="sm" variant="subtle" onClick={onDone}>
            {t("states:cancel")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
