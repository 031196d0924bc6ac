/** Who I am, and how the page is to look and speak. */
import { Avatar, Menu, UnstyledButton, useMantineColorScheme, VisuallyHidden } from "@mantine/core";
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
        <UnstyledButton p={4}>
          <Avatar name={session.person.name} variant="filled" color="blue.8" size={36} aria-hidden />
          <VisuallyHidden>{t("user.menu", { name: session.person.name })}</VisuallyHidden>
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
