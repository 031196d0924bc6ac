/** A person we know, not yet with a role anywhere. */
import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "~/api/problem";
import { useRefused } from "~/states/useRefused";
import { addContact } from "./queries";

const FIELDS = ["name", "title", "phone", "email"] as const;
const MODES = { name: "text", title: "text", phone: "tel", email: "email" } as const;

export function NewContact({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation("contacts");
  return (
    <Modal opened={opened} onClose={onClose} title={t("new")} closeButtonProps={{ "aria-label": t("close") }}>
      {opened && <NewContactForm />}
    </Modal>
  );
}

function NewContactForm() {
  const { t } = useTranslation("contacts");
  const client = useQueryClient();
  const navigate = useNavigate();
  const refused = useRefused();
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});
  const add = useMutation({
    mutationFn: addContact,
    onSuccess: async ({ id }) => {
      await client.invalidateQueries({ queryKey: ["contacts"], refetchType: "none" });
      await navigate({ to: "/contacts/$contactId", params: { contactId: id } });
    },
    onError: (fault) => {
      const errors = fault instanceof Problem ? fault.errors : [];
      setFaults(Object.fromEntries(errors.map(({ pointer, detail }) => [pointer?.slice(1) ?? "", detail])));
      if (errors.length === 0) refused(fault);
    },
  });
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const given = FIELDS.map((name) => [name, String(form.get(name) ?? "").trim()]).filter(
      ([, text]) => text,
    );
    add.mutate(Object.fromEntries(given));
  };
  return (
    <form onSubmit={send}>
      <Stack gap="sm">
        {FIELDS.map((name) => (
          <TextInput
            key={name}
            name={name}
            label={t(`field.${name}`)}
            inputMode={MODES[name]}
            required={name === "name"}
            data-autofocus={name === "name" || undefined}
            error={faults[name]}
          />
        ))}
        <Group>
          <Button type="submit" loading={add.isPending}>
            {t("add")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
