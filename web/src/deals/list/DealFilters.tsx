/** Which deals the list shows; every choice is in the address. */
import { Collapse, Group, Select } from "@mantine/core";
import { DateInput, DateTimePicker } from "@mantine/dates";
import { useDisclosure, useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { FindBox } from "~/lists/FindBox";
import { Unfold } from "~/lists/Unfold";
import { allTeams, everybody } from "~/people/queries";
import { useRole } from "~/session/SessionContext";
import type { Process } from "../queries";
import { CATEGORIES, type DealSearch } from "../routes";

interface DealFiltersProps {
  owner: string;
  processes: readonly Process[];
}

type Set = (more: Partial<DealSearch>) => void;

export function DealFilters({ owner, processes }: DealFiltersProps) {
  const { t } = useTranslation("deals");
  const phone = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });
  const [opened, { toggle }] = useDisclosure();
  const navigate = useNavigate({ from: "/deals" });
  const set: Set = (more) => void navigate({ search: (before) => ({ ...before, ...more }), replace: true });
  return (
    <div>
      <Group gap="xs" mb="sm" wrap="nowrap">
        <Words set={set} />
        {phone && <Unfold label={t("list.filters")} opened={opened} onToggle={toggle} />}
        {!phone && <WhoseAndWhich owner={owner} processes={processes} set={set} />}
      </Group>
      <Collapse expanded={opened || !phone}>
        <Group gap="xs" mb="sm" grow={Boolean(phone)}>
          {phone && <WhoseAndWhich owner={owner} processes={processes} set={set} />}
          <Days set={set} />
        </Group>
      </Collapse>
    </div>
  );
}

function Words({ set }: { set: Set }) {
  const { t } = useTranslation("deals");
  const { q, as_of } = useSearch({ from: "/deals" });
  return (
    <FindBox
      group={t("title")}
      flex={1}
      miw={0}
      label={t("list.find")}
      words={q}
      disabled={Boolean(as_of)}
      placeholder={as_of ? t("list.noWordsThen") : t("list.find")}
      onAsk={(words) => set({ q: words })}
    />
  );
}

function WhoseAndWhich({ owner, processes, set }: DealFiltersProps & { set: Set }) {
  const { t } = useTranslation("deals");
  const { team, category, process } = useSearch({ from: "/deals" });
  const leads = useRole("manager", "admin");
  const people = useQuery({ ...everybody, enabled: leads }).data ?? [];
  const teams = useQuery({ ...allTeams, enabled: leads }).data ?? [];
  const owners = [
    { value: "me", label: t("list.mine") },
    { value: "all", label: t("list.everyone") },
    ...people.filter(({ active }) => active).map(({ id, name }) => ({ value: id, label: name })),
  ];
  return (
    <>
      <Select
        aria-label={t("field.owner_id")}
        allowDeselect={false}
        data={owners}
        value={owner}
        onChange={(chosen) => set({ owner: chosen ?? undefined })}
      />
      <Select
        aria-label={t("list.state")}
        placeholder={t("list.anyState")}
        clearable
        data={CATEGORIES.map((each) => ({ value: each, label: t(`category.${each}`) }))}
        value={category ?? null}
        onChange={(chosen) => set({ category: (chosen as DealSearch["category"]) ?? undefined })}
      />
      {leads && (
        <Select
          aria-label={t("list.team")}
          placeholder={t("list.anyTeam")}
          clearable
          data={teams.map(({ id, name }) => ({ value: id, label: name }))}
          value={team ?? null}
          onChange={(chosen) => set({ team: chosen ?? undefined })}
        />
      )}
      {processes.length > 1 && (
        <Select
          aria-label={t("list.process")}
          placeholder={t("list.anyProcess")}
          clearable
          data={processes.map(({ id, name }) => ({ value: id, label: name }))}
          value={process ?? null}
          onChange={(chosen) => set({ process: chosen ?? undefined })}
        />
      )}
    </>
  );
}

function Days({ set }: { set: Set }) {
  const { t } = useTranslation("deals");
  const { expected_from, expected_to, as_of } = useSearch({ from: "/deals" });
  return (
    <>
      <DateInput
        aria-label={t("list.expectedFrom")}
        placeholder={t("list.expectedFrom")}
        clearable
        valueFormat="YYYY-MM-DD"
        value={expected_from ?? null}
        onChange={(day) => set({ expected_from: day ?? undefined })}
      />
      <DateInput
        aria-label={t("list.expectedTo")}
        placeholder={t("list.expectedTo")}
        clearable
        valueFormat="YYYY-MM-DD"
        value={expected_to ?? null}
        onChange={(day) => set({ expected_to: day ?? undefined })}
      />
      <DateTimePicker
        aria-label={t("list.asOf")}
        placeholder={t("list.asOf")}
        clearable
        maxDate={new Date()}
        valueFormat="YYYY-MM-DD HH:mm"
        value={as_of ? new Date(as_of) : null}
        onChange={(instant) => set({ as_of: instant ? new Date(instant).toISOString() : undefined })}
      />
    </>
  );
}
