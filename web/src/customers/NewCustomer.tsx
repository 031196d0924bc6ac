/** Make a customer known; while its name is typed, those that could be the same are shown. */

import { zodResolver } from "@hookform/resolvers/zod";
import { Alert, Anchor, Button, Group, Modal, SegmentedControl, Stack, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Controller, useForm } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { customer, got } from "~/api/client";
import { Problem } from "~/api/problem";
import { PersonSelect } from "~/people/PersonSelect";
import { myself } from "~/people/queries";
import { useRefused } from "~/states/useRefused";
import { customersNamed, type Written } from "./queries";

const wanted = z.object({
  name: z.string().trim().min(1).max(200),
  kind: z.enum(["company", "person"]),
  owner_id: z.string().nullable(),
  region: z.string().trim(),
  industry: z.string().trim(),
});
type Wanted = z.infer<typeof wanted>;

export function NewCustomer({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation("customers");
  return (
    <Modal opened={opened} onClose={onClose} title={t("new")} closeButtonProps={{ "aria-label": t("close") }}>
      {opened && <NewCustomerForm />}
    </Modal>
  );
}

function NewCustomerForm() {
  const { t } = useTranslation("customers");
  const me = useQuery(myself).data;
  const form = useForm<Wanted>({
    resolver: zodResolver(wanted),
    defaultValues: { name: "", kind: "company", owner_id: me?.id ?? null, region: "", industry: "" },
  });
  const create = useCreation((field, message) => form.setError(field, { message }));
  const { errors } = form.formState;
  return (
    <form onSubmit={(event) => void form.handleSubmit((values) => create.mutate(values))(event)}>
      <Stack gap="sm">
        <TextInput
          label={t("field.name")}
          data-autofocus
          required
          error={errors.name && (errors.name.message ?? true)}
          {...form.register("name")}
        />
        <Alike name={form.watch("name")} />
        <Controller
          control={form.control}
          name="kind"
          render={({ field: { ref: _, ...field } }) => (
            <SegmentedControl
              {...field}
              aria-label={t("field.kind")}
              data={[
                { value: "company", label: t("kind.company") },
                { value: "person", label: t("kind.person") },
              ]}
            />
          )}
        />
        <Controller
          control={form.control}
          name="owner_id"
          render={({ field }) => <PersonSelect {...field} label={t("field.owner")} clearable />}
        />
        <Group grow>
          <TextInput label={t("field.region")} {...form.register("region")} />
          <TextInput label={t("field.industry")} {...form.register("industry")} />
        </Group>
        <Button type="submit" loading={create.isPending} mt="xs">
          {t("create")}
        </Button>
      </Stack>
    </form>
  );
}

function useCreation(fail: (field: keyof Wanted, message: string) => void) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const refused = useRefused();
  return useMutation({
    mutationFn: ({ region, industry, ...rest }: Wanted) => {
      const body = { ...rest, ...(region && { region }), ...(industry && { industry }) };
      return got(customer.POST("/api/v1/customers", { body })) as Promise<Written>;
    },
    onSuccess: async ({ id }) => {
      await client.invalidateQueries({ queryKey: ["customers"], refetchType: "none" });
      await navigate({ to: "/customers/$customerId", params: { customerId: id } });
    },
    onError: (fault) => {
      const faults = fault instanceof Problem ? fault.errors : [];
      for (const { pointer, detail } of faults) fail(pointer?.slice(1) as keyof Wanted, detail);
      if (faults.length === 0) refused(fault);
    },
  });
}

const SETTLED_MS = 250;

function Alike({ name }: { name: string }) {
  const { t } = useTranslation("customers");
  const [settled] = useDebouncedValue(name, SETTLED_MS);
  const found = useQuery(customersNamed(settled)).data ?? [];
  if (found.length === 0 || !settled.trim()) return null;
  return (
    <Alert color="yellow" p="xs" title={t("alike")} role="status">
      <Stack gap={4}>
        {found.map(({ id, name: known }) => (
          <Anchor key={id} component={Link} to={`/customers/${id}`} size="sm">
            {known}
          </Anchor>
        ))}
      </Stack>
    </Alert>
  );
}
