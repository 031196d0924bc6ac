/** Where one begins: a greeting and the rooms; on a phone the things done most come first. */
import { Card, SimpleGrid, Text, ThemeIcon, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ROOMS } from "~/app/navigation";
import { useSession } from "~/session/SessionContext";
import classes from "./HomePage.module.css";

export function HomePage() {
  const { t } = useTranslation(["shell", "home"]);
  const { person } = useSession();
  return (
    <>
      <Title order={1} size="h2" mb="md">
        {t("home:hello", { name: person.name })}
      </Title>
      <SimpleGrid cols={{ base: 2, sm: 3, lg: 4 }}>
        {ROOMS.map(({ to, label, icon: Icon }) => (
          <Card key={to} component={Link} to={to} withBorder padding="md" className={classes["room"] ?? ""}>
            <ThemeIcon variant="light" size="lg" aria-hidden>
              <Icon size={20} />
            </ThemeIcon>
            <Text mt="sm" fw={500}>
              {t(label)}
            </Text>
          </Card>
        ))}
      </SimpleGrid>
    </>
  );
}
