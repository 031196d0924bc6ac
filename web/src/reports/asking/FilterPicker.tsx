/** Whose and which deals count: people, teams, processes, products, sources, regions, currencies. */
import { Badge, Button, Group, MultiSelect, Popover, Stack } from "@mantine/core";
import { IconFilter } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { allTeams, everybody } from "~/people/queries";
import { Narrowing } from "~/states/Narrowing";
import type { Filter } from "../kinds/kind";
import { choices, processNames, productNames } from "../queries";
import type { AskingProps } from "./PeriodPicker";

type Options = Readonly<Record<Filter, readonly { value: string; label: string }[]>>;

const named = (all: readonly { id: string; name: string }[] | undefined) =>
  (all ?? []).map(({ id, name }) => ({ value: id, label: name }));
const plain = (all: readonly string[] | undefined) => (all ?? []).map((one) => ({ value: one, label: one }));

function useOptions(): Options {
  const occurring = useQuery(choices).data;
  return {
    owner: named(useQuery(everybody).data),
    team: named(useQuery(allTeams).data),
    process: named(useQuery(processNames).data),
    product: named(useQuery(productNames).data),
    source: plain(occurring?.sources),
    region: plain(occurring?.regions),
    currency: plain(occurring?.currencies),
  };
}

export function FilterPicker({ search, ask, filters }: AskingProps & { filters: readonly Filter[] }) {
  const { t } = useTranslation("reports");
  const [opened, setOpened] = useState(false);
  const options = useOptions();
  const set = filters.filter((filter) => search[filter]?.length);
  return (
    <Popover opened={opened} onChange={setOpened} width={320} withinPortal position="bottom-start" trapFocus>
      <Popover.Target>
        <Button
          variant={set.length > 0 ? "light" : "default"}
          leftSection={<IconFilter size={16} aria-hidden />}
          rightSection={set.length > 0 && <Badge circle>{set.length}</Badge>}
          onClick={() => setOpened(!opened)}
        >
          {t("filters")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs">
          {filters.map((filter) => (
            <MultiSelect
              key={filter}
              label={t(`filter.${filter}`)}
              data={[...options[filter]]}
              value={search[filter] ?? []}
              onChange={(values) => ask({ [filter]: values.length > 0 ? values : undefined })}
              searchable
              clearable
              clearButtonProps={{ "aria-label": t("clear") }}
              comboboxProps={{ withinPortal: false }}
              nothingFoundMessage={t("nothingFound")}
            />
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

/** The filters that are set, each to be taken away. */
export function FilterPills({ search, ask, filters }: AskingProps & { filters: readonly Filter[] }) {
  const { t } = useTranslation("reports");
  const options = useOptions();
  const set = filters.flatMap((filter) => (search[filter] ?? []).map((value) => ({ filter, value })));
  if (set.length === 0) return null;
  return (
    <Group gap={6}>
      {set.map(({ filter, value }) => {
        const label = options[filter].find((one) => one.value === value)?.label ?? value;
        const others = search[filter]?.filter((one) => one !== value) ?? [];
        return (
          <Narrowing
            key={`${filter}.${value}`}
            away={t("without", { name: label })}
            onAway={() => ask({ [filter]: others.length > 0 ? others : undefined })}
          >
            {`${t(`filter.${filter}`)}: ${label}`}
          </Narrowing>
        );
      })}
    </Group>
  );
}
