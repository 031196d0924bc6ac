/** What narrows the list of customers; all of it stands in the address. */
import { Group, Select } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { Ref } from "react";
import { useTranslation } from "react-i18next";
import { FindBox } from "~/lists/FindBox";
import { PersonSelect } from "~/people/PersonSelect";
import { allTeams } from "~/people/queries";
import { useRole } from "~/session/SessionContext";
import type { CustomerSearch } from "./queries";

interface CustomerFiltersProps {
  search: CustomerSearch;
  onChange: (some: CustomerSearch) => void;
  box: Ref<HTMLInputElement>;
}

export function CustomerFilters({ search, onChange, box }: CustomerFiltersProps) {
  const { t } = useTranslation("customers");
  const teams = useQuery(allTeams).data ?? [];
  const restores = useRole("admin");
  const statuses = ["active", "archived", "all", ...(restores ? ["deleted"] : [])];
  return (
    <Group gap="xs">
      <Typed box={box} name="q" label={t("search")} search={search} onChange={onChange} wide />
      <Select
        w={130}
        aria-label={t("filter.status")}
        data={statuses.map((value) => ({ value, label: t(`status.${value}`) }))}
        value={search.status ?? "active"}
        allowDeselect={false}
        onChange={(status) => onChange({ status: status as CustomerSearch["status"] })}
      />
      <PersonSelect
        w={150}
        aria-label={t("field.owner")}
        placeholder={t("field.owner")}
        value={search.owner ?? null}
        clearable
        onChange={(owner) => onChange({ owner: owner ?? undefined })}
      />
      {teams.length > 0 && (
        <Select
          w={140}
          visibleFrom="md"
          aria-label={t("filter.team")}
          placeholder={t("filter.team")}
          data={teams.map(({ id, name }) => ({ value: id, label: name }))}
          value={search.team ?? null}
          clearable
          searchable
          onChange={(team) => onChange({ team: team ?? undefined })}
        />
      )}
      <Typed name="region" label={t("field.region")} search={search} onChange={onChange} />
      <Typed name="industry" label={t("field.industry")} search={search} onChange={onChange} />
    </Group>
  );
}

interface TypedProps extends Omit<CustomerFiltersProps, "box"> {
  name: "q" | "region" | "industry";
  label: string;
  wide?: boolean;
  box?: Ref<HTMLInputElement>;
}

function Typed({ name, label, search, onChange, wide = false, box }: TypedProps) {
  return (
    <FindBox
      ref={box}
      {...(wide
        ? { flex: "1 1 220px", maw: 340, leftSection: <IconSearch size={16} aria-hidden /> }
        : { w: 120 })}
      {...(wide ? {} : { visibleFrom: "md" as const })}
      label={label}
      words={search[name]}
      onAsk={(words) => onChange({ [name]: words })}
    />
  );
}
