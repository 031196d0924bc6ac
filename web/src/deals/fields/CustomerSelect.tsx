/** Choose a customer by part of its name; the service searches, the list shows the best matches. */
import { Select, type SelectProps } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { customer, got } from "~/api/client";

const customersLike = (q: string) =>
  queryOptions({
    queryKey: ["customers", "like", q],
    queryFn: () =>
      got(
        customer.GET("/api/v1/customers", {
          params: { query: { limit: 20, sort: "name", ...(q && { q }) } },
        }),
      ),
    placeholderData: keepPreviousData,
  });

interface CustomerSelectProps extends Omit<SelectProps, "value" | "onChange" | "data" | "name"> {
  value: string | null;
  /** The name of the customer that is chosen already. */
  name?: string | null;
  onChange: (id: string | null) => void;
}

export function CustomerSelect({ value, name, onChange, ...rest }: CustomerSelectProps) {
  const [words, say] = useState("");
  const [asked] = useDebouncedValue(words.trim(), 200);
  const found = useQuery(customersLike(asked === name ? "" : asked)).data?.items ?? [];
  const data = found.map((each) => ({ value: each.id, label: each.name }));
  if (value && name && !data.some((each) => each.value === value)) data.unshift({ value, label: name });
  return (
    <Select
      searchable
      clearable
      {...rest}
      data={data}
      value={value}
      onSearchChange={say}
      onChange={(id) => onChange(id)}
      filter={({ options }) => options}
    />
  );
}
