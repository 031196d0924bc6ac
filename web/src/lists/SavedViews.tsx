/** Named views of a list: what stands in the address, kept per person in this browser. */
import { Button, Group, Menu, TextInput } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { IconBookmark, IconTrash } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSession } from "~/session/SessionContext";

interface SavedViewsProps<Search extends object> {
  /** Of which list. */
  list: string;
  search: Search;
  onChosen: (search: Search) => void;
}

interface View<Search> {
  name: string;
  search: Search;
}

export function SavedViews<Search extends object>({ list, search, onChosen }: SavedViewsProps<Search>) {
  const { t } = useTranslation("lists");
  const { person } = useSession();
  const [name, setName] = useState("");
  const key = `flowline-views-${list}-${person.subject}`;
  const [views, keep] = useLocalStorage<View<Search>[]>({ key, defaultValue: [] });
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (!name.trim()) return;
    keep([...views.filter((view) => view.name !== name.trim()), { name: name.trim(), search }]);
    setName("");
  };
  return (
    <Menu position="bottom-start" width={260} closeOnItemClick={false}>
      <Menu.Target>
        <Button variant="default" leftSection={<IconBookmark size={16} aria-hidden />}>
          {t("views.title")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {views.length === 0 && <Menu.Label>{t("views.none")}</Menu.Label>}
        {views.map((view) => (
          <Group key={view.name} gap={0} wrap="nowrap">
            <Menu.Item closeMenuOnClick onClick={() => onChosen(view.search)}>
              {view.name}
            </Menu.Item>
            <Menu.Item
              w={44}
              aria-label={t("views.forget", { name: view.name })}
              onClick={() => keep(views.filter((each) => each !== view))}
            >
              <IconTrash size={16} aria-hidden />
            </Menu.Item>
          </Group>
        ))}
        <Menu.Divider />
        <form onSubmit={save}>
          <TextInput
            p="xs"
            size="sm"
            value={name}
            maxLength={60}
            placeholder={t("views.name")}
            aria-label={t("views.name")}
            onChange={(event) => setName(event.currentTarget.value)}
            rightSectionWidth={70}
            rightSection={
              <Button type="submit" size="compact-sm" variant="light" disabled={!name.trim()}>
                {t("views.save")}
              </Button>
            }
          />
        </form>
      </Menu.Dropdown>
    </Menu>
  );
}
