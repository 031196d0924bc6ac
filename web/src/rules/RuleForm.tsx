/** What a rule says: its name, the event, the condition, the recipients. A refusal is shown at the field it names. */

import { zodResolver } from "@hookform/resolvers/zod";
import { Button, Group, MultiSelect, Select, Stack, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Controller, useForm } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { z } from "zod/mini";
import { Problem } from "~/api/problem";
import { allTeams, everybody } from "~/people/queries";
import { useRole, useSession } from "~/session/SessionContext";
import { useReason } from "~/states/useReason";
import { useRefused } from "~/states/useRefused";
import { ConditionField } from "./ConditionField";
import { eventTypes, type Rule, useSaveRule } from "./queries";
import { recipientOf, wordOf } from "./recipients";
import { useRecipientNames } from "./useRecipientNames";

const wish = z.object({
  name: z.string().check(z.trim(), z.minLength(1), z.maxLength(200)),
  event_type: z.string().check(z.minLength(1)),
  condition: z.string().check(z.maxLength(2000)),
  recipients: z.array(z.string()).check(z.minLength(1), z.maxLength(20)),
});
type Wish = z.infer<typeof wish>;
const REFUSED = "refused"; // by notify, in its words; anything else is a field that is empty or too long
const FIELDS = ["name", "event_type", "condition", "recipients"] as const;

interface RuleFormProps {
  rule?: Rule;
  onDone: () => void;
}

export function RuleForm({ rule, onDone }: RuleFormProps) {
  const { t } = useTranslation(["rules", "states"]);
  const save = useSaveRule(rule);
  const form = useForm<Wish>({ resolver: zodResolver(wish), defaultValues: asWish(rule) });
  const { control, formState, handleSubmit, register, watch } = form;
  const showRefusal = useRefusal((field, message) => form.setError(field, { type: REFUSED, message }));
  const events = useEventChoices();
  const addressees = useAddressees();
  const submit = handleSubmit((said) =>
    save
      .mutateAsync({ ...said, recipients: said.recipients.map(recipientOf) })
      .then(onDone)
      .catch(showRefusal),
  );
  const wrong = (field: keyof Wish) => {
    const error = formState.errors[field];
    return error && (error.type === REFUSED ? error.message : t("needed"));
  };
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack>
        <TextInput label={t("name")} required {...register("name")} error={wrong("name")} />
        <Controller
          control={control}
          name="event_type"
          render={({ field }) => (
            <Select
              label={t("event")}
              required
              searchable
              data={events}
              value={field.value || null}
              onChange={(value) => field.onChange(value ?? "")}
              error={wrong("event_type")}
            />
          )}
        />
        <ConditionField
          eventType={watch("event_type")}
          text={watch("condition")}
          input={register("condition")}
          error={wrong("condition")}
        />
        <Controller
          control={control}
          name="recipients"
          render={({ field }) => (
            <MultiSelect
              label={t("recipients")}
              required
              searchable
              data={addressees}
              value={field.value}
              onChange={field.onChange}
              error={wrong("recipients")}
            />
          )}
        />
        <Group>
          <Button type="submit" loading={save.isPending}>
            {t("save")}
          </Button>
          <Button variant="subtle" onClick={onDone}>
            {t("states:cancel")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function asWish(rule: Rule | undefined): Wish {
  if (!rule) return { name: "", event_type: "", condition: "", recipients: [] };
  const { name, event_type, condition, recipients } = rule;
  return { name, event_type, condition, recipients: recipients.map(wordOf) };
}

/** A refusal at the field that it names, else as a notice. */
function useRefusal(show: (field: keyof Wish, message: string) => void): (fault: unknown) => void {
  const refused = useRefused();
  const reason = useReason();
  return (fault) => {
    const pointer = fault instanceof Problem ? fault.errors[0]?.pointer : undefined;
    const field = FIELDS.find((each) => pointer?.startsWith(`/${each}`));
    if (field) show(field, reason(fault));
    else refused(fault);
  };
}

function useEventChoices(): { value: string; label: string }[] {
  const { t } = useTranslation("events");
  const types = useQuery(eventTypes).data;
  return useMemo(
    () =>
      (types ?? []).map(({ name }) => ({ value: name, label: t(`events:${name}`, { defaultValue: name }) })),
    [types, t],
  );
}

/** Whom this person may address: themselves and owners; who leads also others and teams. */
function useAddressees(): { value: string; label: string }[] {
  const nameOf = useRecipientNames();
  const leads = useRole("manager", "admin");
  const { person } = useSession();
  const people = useQuery(everybody).data ?? [];
  const teams = useQuery(allTeams).data ?? [];
  const others = leads
    ? [...teams.map(({ id }) => `team:${id}`), ...people.map(({ id }) => `person:${id}`)]
    : [];
  return ["owner", `subject:${person.subject}`, ...others].map((value) => ({ value, label: nameOf(value) }));
}
