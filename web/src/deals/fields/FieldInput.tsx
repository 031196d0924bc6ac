/** The one input for a field of a deal, wherever it is asked for: in a form, in a refusal, in place. */
import { Input, TextInput } from "@mantine/core";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { PersonSelect } from "~/people/PersonSelect";
import { CustomerSelect } from "./CustomerSelect";
import { LinesEditor } from "./LinesEditor";
import { MoneyInput } from "./MoneyInput";
import { useCurrency } from "./useCurrency";
import type { Field, Values } from "./values";

const DayInput = lazy(() => import("./DayInput"));

export type Draft = Partial<Values>;

interface FieldInputProps {
  field: Field;
  values: Draft;
  onChange: (more: Draft) => void;
  /** What the customer that is chosen already is called. */
  customerName?: string | null | undefined;
  error?: string | undefined;
  required?: boolean;
  autoFocus?: boolean;
}

export function FieldInput(props: FieldInputProps) {
  const { t } = useTranslation("deals");
  const { field, values, onChange, error, required = false, autoFocus } = props;
  const currency = useCurrency();
  const label = t(`field.${field}`);
  const shared = { label, error, required, ...(autoFocus && { "data-autofocus": true }) };
  switch (field) {
    case "amount": {
      const value = values.amount ?? { amount: "", currency };
      return <MoneyInput {...shared} value={value} onChange={(amount) => onChange({ amount })} />;
    }
    case "customer_id":
      return (
        <CustomerSelect
          {...shared}
          value={values.customer_id ?? null}
          name={props.customerName ?? null}
          onChange={(customer_id) => onChange({ customer_id })}
        />
      );
    case "owner_id":
      return (
        <PersonSelect
          {...shared}
          value={values.owner_id ?? null}
          onChange={(owner_id) => onChange({ owner_id })}
        />
      );
    case "expected_close":
      return (
        <Suspense fallback={<TextInput {...shared} readOnly value={values.expected_close ?? ""} />}>
          <DayInput
            {...shared}
            clearable
            valueFormat="YYYY-MM-DD"
            value={values.expected_close ?? null}
            onChange={(expected_close) => onChange({ expected_close })}
          />
        </Suspense>
      );
    case "lines":
      return (
        <Input.Wrapper label={label} error={error} required={required}>
          <LinesEditor lines={values.lines ?? []} onChange={(lines) => onChange({ lines })} />
        </Input.Wrapper>
      );
    default:
      return (
        <TextInput
          {...shared}
          maxLength={200}
          value={String(values[field] ?? "")}
          onChange={(event) => onChange({ [field]: event.currentTarget.value })}
        />
      );
  }
}
