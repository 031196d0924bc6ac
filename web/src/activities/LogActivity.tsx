/** Log what was done in two taps: what it was, and save; or plan what comes next. */
import { Button, Group, Paper, SegmentedControl, Stack, Textarea, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { type Icon, IconCalendarPlus, IconMapPin, IconNote, IconPhone, IconUsers } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { CHOICES, type DueChoice, dueTime } from "./dueTimes";
import { KINDS, type Kind, useSay } from "./queries";

export type Logged = Kind | "plan";
const ICONS: Readonly<Record<Logged, Icon>> = {
  call: IconPhone,
  visit: IconMapPin,
  meeting: IconUsers,
  note: IconNote,
  plan: IconCalendarPlus,
};
const OFFERED: readonly Logged[] = [...KINDS, "plan"];

interface LogActivityProps {
  customerId: string;
  log: Logged | undefined;
  onLog: (kind: Logged | undefined) => void;
}

export function LogActivity({ customerId, log, onLog }: LogActivityProps) {
  const { t } = useTranslation("activities");
  return (
    <Paper withBorder p="sm" component="section" aria-label={t("title")}>
      <Group gap="xs">
        {OFFERED.map((kind) => {
          const Picture = ICONS[kind];
          return (
            <Button
              key={kind}
              h={44}
              px="sm"
              variant={log === kind ? "filled" : "default"}
              aria-pressed={log === kind}
              leftSection={<Picture size={18} aria-hidden />}
              onClick={() => onLog(log === kind ? undefined : kind)}
            >
              {t(`kind.${kind}`)}
            </Button>
          );
        })}
      </Group>
      {log && <Words key={log} kind={log} customerId={customerId} onDone={() => onLog(undefined)} />}
    </Paper>
  );
}

interface WordsProps {
  kind: Logged;
  customerId: string;
  onDone: () => void;
}

function Words({ kind, customerId, onDone }: WordsProps) {
  const { t } = useTranslation("activities");
  const say = useSay();
  const [planned, plan] = useState<Kind>("call");
  const [due, setDue] = useState<DueChoice>("tomorrow");
  const usual = t(`usual.${kind === "plan" ? planned : kind}`);
  const save = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const subject = String(form.get("subject") ?? "").trim() || usual;
    const notes = String(form.get("notes") ?? "").trim();
    const said = { customer_id: customerId, subject, ...(notes && { notes }) };
    const wish = kind === "plan" ? { ...said, kind: planned, due_at: dueTime(due) } : { ...said, kind };
    say.mutate(wish, {
      onSuccess: () =>
        notifications.show({ message: kind === "plan" ? t("planned") : t("logged"), color: "green" }),
    });
    onDone();
  };
  return (
    <form onSubmit={save}>
      <Stack gap="xs" mt="sm">
        {kind === "plan" && (
          <>
            <SegmentedControl
              value={planned}
              onChange={(next) => plan(next as Kind)}
              aria-label={t("whatNext")}
              data={KINDS.filter((each) => each !== "note").map((value) => ({
                value,
                label: t(`kind.${value}`),
              }))}
            />
            <SegmentedControl
              value={due}
              onChange={(next) => setDue(next as DueChoice)}
              aria-label={t("due")}
              data={CHOICES.map((value) => ({ value, label: t(`dueIn.${value}`) }))}
            />
          </>
        )}
        <TextInput
          name="subject"
          label={t("subject")}
          placeholder={usual}
          maxLength={200}
          autoFocus
          size="md"
        />
        {kind !== "plan" && (
          <Textarea name="notes" label={t("notes")} autosize minRows={1} maxRows={8} maxLength={10_000} />
        )}
        <Group>
          <Button type="submit" h={44}>
            {t("save")}
          </Button>
          <Button variant="subtle" h={44} onClick={onDone}>
            {t("states:cancel")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
