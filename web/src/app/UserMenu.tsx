/** Who I am, and how the page is to look and speak. */
import { Avatar, Menu, UnstyledButton, useMantineColorScheme } from "@mantine/core";
import { IconKeyboard, IconLanguage, IconLogout, IconMoon, IconSun } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { languageNow, speak } from "~/i18n/languages";
import { useSession } from "~/session/SessionContext";

export function UserMenu({ onKeys }: { onKeys: () => void }) {
  const { t } = useTranslation("shell");
  const session = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const dark = colorScheme === "dark";
  const other = languageNow() === "zh" ? "en" : "zh";
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <UnstyledButton aria-label={t("user.menu", { name: session.person.name })} p={4}>
          <Avatar name={session.person.name} color="initials" size={36} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {session.person.name} · {t(`role.${session.person.roles[0] ?? "guest"}`)}
        </Menu.Label>
        <Menu.Item leftSection={<IconLanguage size={16} />} onClick={() => void speak(other)}>
          {t("user.otherLanguage")}
        </Menu.Item>
        <Menu.Item
          leftSection={dark ? <IconSun size={16} /> : <IconMoon size={16} />}
          onClick={() => setColorScheme(dark ? "light" : "dark")}
        >
          {dark ? t("user.light") : t("user.dark")}
        </Menu.Item>
        <Menu.Item leftSection={<IconKeyboard size={16} />} onClick={onKeys}>
          {t("keys.title")}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => session.signOut()}>
          {t("user.signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
