/** Choose one of our people by name; cleared, it is nobody. */
import { Select, type SelectProps } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { everybody } from "./queries";

interface PersonSelectProps extends Omit<SelectProps, "value" | "onChange" | "data"> {
  value: string | null;
  onChange: (id: string | null) => void;
}

export function PersonSelect({ value, onChange, ...rest }: PersonSelectProps) {
  const people = useQuery(everybody).data ?? [];
  const data = people
    .filter(({ active, id }) => active || id === value)
    .map(({ id, name }) => ({ value: id, label: name }));
  return <Select searchable clearable {...rest} data={data} value={value} onChange={(id) => onChange(id)} />;
}
