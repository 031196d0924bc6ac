/** Which deals the board shows, all of it in the address: process, owner, team, words, order. */
import { Collapse, Group, Select, Title } from "@mantine/core";
import { useDisclosure, useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { FindBox } from "~/lists/FindBox";
import { Unfold } from "~/lists/Unfold";
import { allTeams, everybody } from "~/people/queries";
import { useRole } from "~/session/SessionContext";
import { SORTS } from "./queries";
import type { BoardSearch } from "./routes";
import type { Asking } from "./useBoardAsked";

export function BoardFilters({ asking }: { asking: Asking }) {
  const { t } = useTranslation("board");
  const phone = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });
  const [opened, { toggle }] = useDisclosure();
  const navigate = useNavigate({ from: "/board" });
  const set = (more: Partial<BoardSearch>) =>
    void navigate({ search: (before) => ({ ...before, ...more }), replace: true });
  return (
    <div>
      <Group gap="sm" wrap="nowrap" mb="sm">
        <Title order={1} size="h3">
          {t("title")}
        </Title>
        <Words set={set} />
        {phone ? (
          <Unfold label={t("filters")} opened={opened} onToggle={toggle} />
        ) : (
          <Choices asking={asking} set={set} />
        )}
      </Group>
      {phone && (
        <Collapse expanded={opened}>
          <Group gap="xs" grow mb="sm">
            <Choices asking={asking} set={set} />
          </Group>
        </Collapse>
      )}
    </div>
  );
}

type Set = (more: Partial<BoardSearch>) => void;

function Words({ set }: { set: Set }) {
  const { t } = useTranslation("board");
  const { q } = useSearch({ from: "/board" });
  return (
    <FindBox
      group={t("title")}
      flex={1}
      miw={0}
      maw={320}
      label={t("find")}
      words={q}
      onAsk={(words) => set({ q: words })}
    />
  );
}

function Choices({ asking, set }: { asking: Asking; set: Set }) {
  const { t } = useTranslation("board");
  const { team, sort = SORTS[0] } = useSearch({ from: "/board" });
  const leads = useRole("manager", "admin");
  const teams = useQuery({ ...allTeams, enabled: leads }).data ?? [];
  const owners = useOwners();
  return (
    <>
      {asking.processes.length > 1 && (
        <Select
          aria-label={t("process")}
          allowDeselect={false}
          data={asking.processes.map(({ id, name }) => ({ value: id, label: name }))}
          value={asking.asked?.process ?? null}
          onChange={(process) => set({ process: process ?? undefined, stage: undefined })}
        />
      )}
      <Select
        aria-label={t("owner")}
        allowDeselect={false}
        searchable
        data={owners}
        value={asking.owner}
        onChange={(owner) => set({ owner: owner ?? undefined })}
      />
      {leads && teams.length > 0 && (
        <Select
          aria-label={t("team")}
          placeholder={t("anyTeam")}
          clearable
          data={teams.map(({ id, name }) => ({ value: id, label: name }))}
          value={team ?? null}
          onChange={(chosen) => set({ team: chosen ?? undefined })}
        />
      )}
      <Select
        aria-label={t("order")}
        allowDeselect={false}
        data={SORTS.map((each) => ({ value: each, label: t(`sort.${each}`) }))}
        value={sort}
        onChange={(chosen) => set({ sort: (chosen as BoardSearch["sort"]) ?? undefined })}
      />
    </>
  );
}

/** Mine, all, and for who sees more than their own: everybody by name. */
function useOwners(): { value: string; label: string }[] {
  const { t } = useTranslation("board");
  const leads = useRole("manager", "admin");
  const people = useQuery({ ...everybody, enabled: leads }).data ?? [];
  return [
    { value: "me", label: t("mine") },
    { value: "all", label: t("everyone") },
    ...people.filter(({ active }) => active).map(({ id, name }) => ({ value: id, label: name })),
  ];
}
