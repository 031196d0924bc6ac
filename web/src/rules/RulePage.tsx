/** One rule: made anew, or changed as it stands. */
import { List, Paper, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/useFormat";
import { Asked } from "~/states/Asked";
import { errorsOf, ruleOf } from "./queries";
import { RuleForm } from "./RuleForm";

export function NewRulePage() {
  const { t } = useTranslation("rules");
  const navigate = useNavigate();
  return (
    <Stack maw={640}>
      <Title order={1} size="h2">
        {t("new")}
      </Title>
      <RuleForm onDone={() => void navigate({ to: "/inbox/rules" })} />
    </Stack>
  );
}

export function RulePage() {
  const { ruleId } = useParams({ from: "/inbox/rules/$ruleId" });
  const navigate = useNavigate();
  const query = useQuery(ruleOf(ruleId));
  return (
    <Stack maw={640}>
      <Asked query={query}>
        {(rule) => (
          <>
            <Title order={1} size="h2">
              {rule.name}
            </Title>
            <RuleForm key={rule.id} rule={rule} onDone={() => void navigate({ to: "/inbox/rules" })} />
            <NotDecided ruleId={rule.id} />
          </>
        )}
      </Asked>
    </Stack>
  );
}

/** Events that the condition could not be asked about: they told nobody. */
function NotDecided({ ruleId }: { ruleId: string }) {
  const { t } = useTranslation("rules");
  const format = useFormat();
  const errors = useQuery(errorsOf(ruleId)).data ?? [];
  if (errors.length === 0) return null;
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h5">
        {t("notDecided")}
      </Title>
      <List size="sm">
        {errors.map((error) => (
          <List.Item key={error.event_id}>
            {error.reason}
            <Text span size="xs" c="dimmed">
              {" "}
              {format.relative(error.recorded_at)}
            </Text>
          </List.Item>
        ))}
      </List>
    </Paper>
  );
}
