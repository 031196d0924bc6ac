/** Which deals count: days, owners, teams, products, sources, regions, a version, and as of when. */
import { Button, Group, MultiSelect, Popover, Select, Stack, Switch, TagsInput } from "@mantine/core";
import { IconFilter } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { processById, teams } from "~/process/queries";
import { DayField } from "./DayField";
import type { Change } from "./MapPage";
import { owners, products } from "./queries";
import type { Search } from "./routes";

interface FiltersProps {
  search: Search;
  change: Change;
  processId: string;
}

const BYS = ["activity", "opened", "closed"] as const;

export function MapFilters(props: FiltersProps) {
  const { t } = useTranslation("map");
  const { search, change } = props;
  const count = (["owner", "team", "product", "source", "region"] as const).filter(
    (name) => (search[name]?.length ?? 0) > 0,
  ).length;
  return (
    <Group gap="xs" align="flex-end">
      <DayField label={t("from")} value={search.from} onChange={(from) => change({ from })} />
      <DayField label={t("to")} value={search.to} onChange={(to) => change({ to })} />
      {(search.from || search.to) && (
        <Select
          label={t("daysOf")}
          w={170}
          value={search.by ?? "activity"}
          allowDeselect={false}
          data={BYS.map((value) => ({ value, label: t(`bys.${value}`) }))}
          onChange={(to) => change({ by: BYS.find((each) => each === to) })}
        />
      )}
      <DayField
        label={t("asOf")}
        value={search.as_of}
        onChange={(as_of) => change({ as_of, variant: undefined })}
      />
      <Popover position="bottom-start" withArrow shadow="md" width={320} trapFocus>
        <Popover.Target>
          <Button variant="default" leftSection={<IconFilter size={16} aria-hidden />}>
            {count > 0 ? t("filtersSet", { count }) : t("filters")}
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <More {...props} />
        </Popover.Dropdown>
      </Popover>
    </Group>
  );
}

function More({ search, change, processId }: FiltersProps) {
  const { t } = useTranslation("map");
  const people = useQuery(owners).data ?? [];
  const groups = useQuery(teams).data ?? [];
  const offered = useQuery(products).data ?? [];
  const versions = useQuery(processById(processId)).data?.versions.filter(({ published }) => published) ?? [];
  const named = (each: { id: string; name: string }) => ({ value: each.id, label: each.name });
  const list = (value: string[]) => (value.length > 0 ? value : undefined);
  const inside = { withinPortal: false };
  return (
    <Stack gap="xs">
      <MultiSelect
        label={t("owner")}
        searchable
        comboboxProps={inside}
        data={people.map(named)}
        value={search.owner ?? []}
        onChange={(owner) => change({ owner: list(owner) })}
      />
      <MultiSelect
        label={t("team")}
        searchable
        comboboxProps={inside}
        data={groups.map(named)}
        value={search.team ?? []}
        onChange={(team) => change({ team: list(team) })}
      />
      <MultiSelect
        label={t("product")}
        searchable
        comboboxProps={inside}
        data={offered.map(named)}
        value={search.product ?? []}
        onChange={(product) => change({ product: list(product) })}
      />
      <TagsInput
        label={t("source")}
        comboboxProps={inside}
        value={search.source ?? []}
        onChange={(source) => change({ source: list(source) })}
      />
      <TagsInput
        label={t("region")}
        comboboxProps={inside}
        value={search.region ?? []}
        onChange={(region) => change({ region: list(region) })}
      />
      <Select
        label={t("version")}
        clearable
        comboboxProps={inside}
        data={versions.map(({ number }) => ({
          value: String(number),
          label: t("versionNumber", { number }),
        }))}
        value={search.version ? String(search.version) : null}
        onChange={(version) => change({ version: version ? Number(version) : undefined })}
      />
      <Switch
        label={t("workingHours")}
        checked={search.calendar === "working"}
        onChange={(event) => change({ calendar: event.currentTarget.checked ? "working" : undefined })}
      />
    </Stack>
  );
}
