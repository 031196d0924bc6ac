/** The condition as it is written: checked by the service meanwhile, with the event's fields to pick from. */
import { Code, Collapse, Stack, Text, Textarea, UnstyledButton } from "@mantine/core";
import { useDebouncedValue, useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import type { UseFormRegisterReturn } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { checkOf, eventTypes } from "./queries";

const PAUSE_MS = 400;

interface ConditionFieldProps {
  eventType: string;
  text: string;
  input: UseFormRegisterReturn;
  error: string | undefined;
}

export function ConditionField({ eventType, text, input, error }: ConditionFieldProps) {
  const { t } = useTranslation("rules");
  const [settled] = useDebouncedValue(text, PAUSE_MS);
  const checked = useQuery(checkOf(eventType, settled)).data;
  const problem = settled && checked && !checked.valid ? checked.problems.join(" ") : undefined;
  return (
    <Stack gap={4}>
      <Textarea
        label={t("condition")}
        description={t("conditionHelp")}
        autosize
        minRows={2}
        spellCheck={false}
        {...input}
        error={error ?? problem}
      />
      {settled && checked?.valid && (
        <Text size="sm" role="status">
          {[t("valid"), ...checked.warnings].join(" ")}
        </Text>
      )}
      <Sample eventType={eventType} />
    </Stack>
  );
}

/** What `event` holds for this kind of event. */
function Sample({ eventType }: { eventType: string }) {
  const { t } = useTranslation("rules");
  const [opened, { toggle }] = useDisclosure();
  const type = useQuery(eventTypes).data?.find(({ name }) => name === eventType);
  if (!type) return null;
  return (
    <>
      <UnstyledButton onClick={toggle} aria-expanded={opened} fz="sm" td="underline">
        {t("sample")}
      </UnstyledButton>
      <Collapse expanded={opened}>
        <Code block tabIndex={0}>
          {JSON.stringify(type.sample, null, 2)}
        </Code>
      </Collapse>
    </>
  );
}
