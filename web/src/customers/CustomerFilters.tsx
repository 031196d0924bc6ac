/** What narrows the list of customers; all of it stands in the address, and a phone folds all but the words away. */
import { Collapse, Group, Select } from "@mantine/core";
import { useDisclosure, useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { FindBox } from "~/lists/FindBox";
import { Unfold } from "~/lists/Unfold";
import { PersonSelect } from "~/people/PersonSelect";
import { allTeams } from "~/people/queries";
import { useRole } from "~/session/SessionContext";
import type { CustomerSearch } from "./queries";

interface CustomerFiltersProps {
  search: CustomerSearch;
  onChange: (some: CustomerSearch) => void;
}

export function CustomerFilters({ search, onChange }: CustomerFiltersProps) {
  const { t } = useTranslation("customers");
  const phone = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });
  const [opened, { toggle }] = useDisclosure();
  const words = <Words search={search} onChange={onChange} />;
  if (!phone)
    return (
      <Group gap="xs">
        {words}
        <Choices search={search} onChange={onChange} />
      </Group>
    );
  const { q: _, sort: __, ...narrowing } = search;
  return (
    <div style={{ flex: 1 }}>
      <Group gap="xs" wrap="nowrap">
        {words}
        <Unfold
          label={t("filter.title")}
          opened={opened}
          onToggle={toggle}
          chosen={Object.values(narrowing).some(Boolean)}
        />
      </Group>
      <Collapse expanded={opened}>
        <Group gap="xs" mt="xs">
          <Choices search={search} onChange={onChange} />
        </Group>
      </Collapse>
    </div>
  );
}

function Choices({ search, onChange }: CustomerFiltersProps) {
  const { t } = useTranslation("customers");
  const teams = useQuery(allTeams).data ?? [];
  const restores = useRole("admin");
  const statuses = ["active", "archived", "all", ...(restores ? ["deleted"] : [])];
  return (
    <>
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
    </>
  );
}

function Words({ search, onChange }: CustomerFiltersProps) {
  const { t } = useTranslation("customers");
  return (
    <FindBox
      group={t("title")}
      flex="1 1 220px"
      maw={340}
      label={t("search")}
      words={search.q}
      onAsk={(q) => onChange({ q })}
    />
  );
}

interface TypedProps extends CustomerFiltersProps {
  name: "region" | "industry";
  label: string;
}

function Typed({ name, label, search, onChange }: TypedProps) {
  return (
    <FindBox w={120} label={label} words={search[name]} onAsk={(words) => onChange({ [name]: words })} />
  );
}
