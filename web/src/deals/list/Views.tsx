/** Views that somebody saved under a name: each is an address, so it can be shared as one. */
import { ActionIcon, Button, Group, Menu, TextInput } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { IconBookmark, IconTrash } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { DealSearch } from "../routes";

interface View {
  name: string;
  search: DealSearch;
}

export function Views() {
  const { t } = useTranslation("deals");
  const [views, keep] = useLocalStorage<View[]>({ key: "flowline-deal-views", defaultValue: [] });
  const search = useSearch({ from: "/deals" });
  const navigate = useNavigate({ from: "/deals" });
  const [name, say] = useState("");
  const save = (event: FormEvent) => {
    event.preventDefault();
    const called = name.trim();
    if (called) keep([...views.filter((view) => view.name !== called), { name: called, search }]);
    say("");
  };
  return (
    <Menu position="bottom-end" width={280} trapFocus={false}>
      <Menu.Target>
        <Button variant="default" mih={36} leftSection={<IconBookmark size={16} aria-hidden />}>
          {t("views.title")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {views.map((view) => (
          <Group key={view.name} gap={0} wrap="nowrap">
            <Menu.Item onClick={() => void navigate({ search: view.search })}>{view.name}</Menu.Item>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={36}
              aria-label={t("views.remove", { view: view.name })}
              onClick={() => keep(views.filter((each) => each !== view))}
            >
              <IconTrash size={16} />
            </ActionIcon>
          </Group>
        ))}
        <form onSubmit={save}>
          <Group gap="xs" p="xs" wrap="nowrap">
            <TextInput
              flex={1}
              aria-label={t("views.name")}
              placeholder={t("views.name")}
              value={name}
              maxLength={60}
              onKeyDown={(event) => event.stopPropagation()}
              onChange={(event) => say(event.currentTarget.value)}
            />
            <Button size="xs" type="submit" disabled={!name.trim()}>
              {t("save")}
            </Button>
          </Group>
        </form>
      </Menu.Dropdown>
    </Menu>
  );
}
