/** A formula and why; for a new metric also what it is called. Names what formulas can be made of. */
import { Button, Code, Group, Modal, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { baseCounts, type NewMetric } from "./queries";

interface FormulaDialogProps {
  opened: boolean;
  onClose: () => void;
  title: string;
  isNew?: boolean;
  formula?: string;
  onFormula: (said: NewMetric) => void;
}

export function FormulaDialog({ opened, onClose, title, ...rest }: FormulaDialogProps) {
  const { t } = useTranslation("metrics");
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      closeButtonProps={{ "aria-label": t("close") }}
      size="lg"
    >
      <FormulaForm onClose={onClose} {...rest} />
    </Modal>
  );
}

const NAMED = ["key", "name", "name_zh"] as const;

function FormulaForm({
  isNew = false,
  formula = "",
  onFormula,
  onClose,
}: Omit<FormulaDialogProps, "opened" | "title">) {
  const { t } = useTranslation("metrics");
  const [said, say] = useState<NewMetric>({ key: "", name: "", name_zh: "", formula, reason: "" });
  const field = (name: keyof NewMetric) => ({
    label: t(`field.${name}`),
    value: said[name],
    required: true,
    onChange: (event: { currentTarget: { value: string } }) =>
      say({ ...said, [name]: event.currentTarget.value }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onFormula(said);
    onClose();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        {isNew && NAMED.map((name) => <TextInput key={name} {...field(name)} />)}
        <Textarea {...field("formula")} autosize minRows={2} ff="monospace" data-autofocus />
        <BaseCounts />
        <TextInput {...field("reason")} />
        <Group justify="flex-end">
          <Button type="submit">{t("submit")}</Button>
        </Group>
      </Stack>
    </form>
  );
}

function BaseCounts() {
  const { t, i18n } = useTranslation("metrics");
  const all = useQuery(baseCounts).data ?? [];
  return (
    <Text size="sm" c="dimmed" component="div">
      {t("madeOf")}{" "}
      {all.map(({ key, zh, en }) => (
        <span key={key}>
          <Code>{key}</Code> {i18n.language === "zh" ? zh : en}{" "}
        </span>
      ))}
    </Text>
  );
}
