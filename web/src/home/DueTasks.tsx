/** What I have to do today, and what I should have done: the first of my tasks, with the way to all. */
import { Anchor, Badge, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { got, pipeline } from "~/api/client";
import { useFormat } from "~/i18n/useFormat";
import classes from "~/reports/reports.module.css";

const FIRST = 5;

const myTasks = (when: "overdue" | "today") =>
  queryOptions({
    queryKey: ["tasks", "mine", when],
    queryFn: async () =>
      (
        await got(
          pipeline.GET("/api/v1/tasks", {
            params: { query: { mine: true, status: "open", when, sort: "due", limit: FIRST } },
          }),
        )
      ).items,
  });

export function DueTasks() {
  const { t } = useTranslation("home");
  const format = useFormat();
  const overdue = useQuery(myTasks("overdue")).data ?? [];
  const today = useQuery(myTasks("today")).data ?? [];
  const due = [...overdue, ...today].slice(0, FIRST);
  return (
    <Paper withBorder p="md" component="section">
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h5">
          {t("toDo.title")}
        </Title>
        <Anchor component={Link} to="/tasks" size="sm">
          {t("toDo.all")}
        </Anchor>
      </Group>
      {due.length === 0 && <Text c="dimmed">{t("toDo.none")}</Text>}
      <Stack component="ul" gap={0} p={0} m={0}>
        {due.map(({ id, title, due: day, deal_id, deal_name, overdue: late }) => (
          <Group
            key={id}
            component="li"
            justify="space-between"
            wrap="nowrap"
            className={classes["entry"] ?? ""}
          >
            <div className={classes["grow"]}>
              <Text size="sm">{title}</Text>
              {deal_id && (
                <Anchor component={Link} size="xs" to={`/deals/${deal_id}` as "/deals"}>
                  {deal_name}
                </Anchor>
              )}
            </div>
            {late ? (
              <Badge color="red" variant="light">
                {t("toDo.since", { day: format.date(day) })}
              </Badge>
            ) : (
              <Text size="xs" c="dimmed">
                {format.date(day)}
              </Text>
            )}
          </Group>
        ))}
      </Stack>
    </Paper>
  );
}
