/** A quiet sentence in the middle of a view, with what can be done about it. */
import { Center, Stack, Text, ThemeIcon, Title } from "@mantine/core";
import type { Icon } from "@tabler/icons-react";
import type { ReactNode } from "react";

interface NoticeProps {
  icon: Icon;
  title: string;
  text?: string | undefined;
  role?: "alert" | "status";
  children?: ReactNode;
}

export function Notice({ icon: Picture, title, text, role = "status", children }: NoticeProps) {
  return (
    <Center mih={240} px="md" role={role}>
      <Stack align="center" gap="xs" maw={420}>
        <ThemeIcon variant="light" size={48} radius="xl" aria-hidden>
          <Picture size={26} />
        </ThemeIcon>
        <Title order={2} size="h4" ta="center">
          {title}
        </Title>
        {text && (
          <Text c="dimmed" ta="center">
            {text}
          </Text>
        )}
        {children}
      </Stack>
    </Center>
  );
}
