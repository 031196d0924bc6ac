/** An amount and its currency; what is typed stays a decimal string. */
import { Group, Input, Select, TextInput } from "@mantine/core";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { Money } from "~/i18n/useFormat";

const CURRENCIES = Intl.supportedValuesOf("currency");
const DECIMAL = /^\d{0,15}(\.\d{0,4})?$/;

interface MoneyInputProps {
  label: string;
  /** An empty amount is none. */
  value: Money;
  onChange: (money: Money) => void;
  error?: string | undefined;
  required?: boolean;
  autoFocus?: boolean;
}

export function MoneyInput({ label, value, onChange, error, required = false, autoFocus }: MoneyInputProps) {
  const { t } = useTranslation("deals");
  const id = useId();
  const typed = (said: string) => {
    const amount = said.replaceAll(/[,，\s]/g, "");
    if (DECIMAL.test(amount)) onChange({ ...value, amount });
  };
  return (
    <Input.Wrapper label={label} error={error} required={required} id={id}>
      <Group gap="xs" wrap="nowrap">
        <TextInput
          id={id}
          flex={1}
          inputMode="decimal"
          value={value.amount}
          error={Boolean(error)}
          data-autofocus={autoFocus}
          onChange={(event) => typed(event.currentTarget.value)}
        />
        <Select
          w={96}
          searchable
          aria-label={t("field.currency")}
          data={CURRENCIES}
          limit={50}
          allowDeselect={false}
          value={value.currency}
          onChange={(currency) => currency && onChange({ ...value, currency })}
        />
      </Group>
    </Input.Wrapper>
  );
}
