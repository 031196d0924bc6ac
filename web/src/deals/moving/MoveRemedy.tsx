/** A move that a rule stands in the way of: which rule, what is missing, and the form to fill it in and go. */
import { Alert, Button, Checkbox, Group, Stack, Text, Textarea } from "@mantine/core";
import { IconRoadSign } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Problem } from "~/api/problem";
import { useRole } from "~/session/SessionContext";
import { Asked } from "~/states/Asked";
import { useReason } from "~/states/useReason";
import { FieldInput } from "../fields/FieldInput";
import type { Field } from "../fields/values";
import { type Deal, dealQuery, type MoveOption, movesQuery, type Stage } from "../queries";
import type { Movable, Step } from "./stepping";
import { useMending } from "./useMending";

interface MoveRemedyProps {
  deal: Movable;
  step: Step;
  /** The refusal; null where the way was looked at before anybody tried to go it. */
  problem: Problem | null;
  onMended: (deal: Movable, step: Step) => Promise<void>;
  onOther: (deal: Movable, to: Stage) => void;
  onCancel: () => void;
}

export function MoveRemedy(props: MoveRemedyProps) {
  const { deal, step } = props;
  const record = useQuery({ ...dealQuery(deal.id), staleTime: 0 });
  const moves = useQuery({ ...movesQuery(deal.id), staleTime: 0 });
  return (
    <Asked query={record}>
      {(now) => (
        <Asked query={moves}>
          {({ moves: options }) => {
            const option = options.find(({ stage }) => stage.key === step.to.key);
            return option ? (
              <Mending {...props} now={now} option={option} />
            ) : (
              <NoWay {...props} now={now} options={options} />
            );
          }}
        </Asked>
      )}
    </Asked>
  );
}

/** No arrow leads there: say so, and offer those that there are. */
function NoWay({
  now,
  step,
  options,
  onOther,
  onCancel,
}: MoveRemedyProps & { now: Deal; options: MoveOption[] }) {
  const { t } = useTranslation("deals");
  return (
    <Stack>
      <Alert color="orange" icon={<IconRoadSign />} title={t("problems:move-not-allowed")}>
        {t("moving.noArrow", { from: now.stage.name, to: step.to.name })}
      </Alert>
      {options.map(({ stage }) => (
        <Button
          key={stage.key}
          variant="default"
          mih={44}
          justify="start"
          onClick={() => onOther(now, stage)}
        >
          {t("moving.to", stage)}
        </Button>
      ))}
      <Button variant="subtle" color="gray" onClick={onCancel}>
        {t("moving.leave")}
      </Button>
    </Stack>
  );
}

function Mending({
  now,
  step,
  option,
  onMended,
  onCancel,
}: MoveRemedyProps & { now: Deal; option: MoveOption }) {
  const { t } = useTranslation("deals");
  const reason = useReason();
  const mending = useMending(now, step, option, onMended);
  const mayOverride = useRole("manager", "admin");
  const shut = option.refusals.find(({ code }) => code === "guard-not-passed");
  const rules = option.refusals.map(({ code }) => t(`problems:${code}`));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void mending.go();
      }}
    >
      <Stack>
        {rules.length > 0 && (
          <Alert color="orange" icon={<IconRoadSign />} title={t("moving.needs", { stage: step.to.name })}>
            {rules.map((rule) => (
              <Text key={rule} size="sm">
                {rule}
              </Text>
            ))}
          </Alert>
        )}
        {option.missing.map((field, at) => (
          <FieldInput
            key={field}
            field={field as Field}
            values={mending.values}
            onChange={mending.fill}
            required
            autoFocus={at === 0}
          />
        ))}
        {option.undone.map(({ key, text }) => (
          <Checkbox
            key={key}
            label={text}
            checked={mending.ticked.has(key)}
            onChange={(event) => mending.tick(key, event.currentTarget.checked)}
          />
        ))}
        {shut && <Guards option={option} />}
        {shut && !option.missing.includes("amount") && (
          <FieldInput field="amount" values={mending.values} onChange={mending.fill} />
        )}
        {mayOverride && rules.length > 0 && (
          <Textarea
            label={t("moving.override")}
            description={t("moving.overrideText")}
            value={mending.override}
            onChange={(event) => mending.setOverride(event.currentTarget.value)}
            autosize
            maxLength={2000}
          />
        )}
        {mending.fault !== null && (
          <Alert color="red" role="alert">
            {reason(mending.fault)}
          </Alert>
        )}
        <Group justify="end">
          <Button variant="subtle" color="gray" onClick={onCancel}>
            {t("moving.leave")}
          </Button>
          <Button type="submit" loading={mending.busy} disabled={!mending.ready}>
            {mending.override.trim() ? t("moving.anyway") : t("moving.saveAndMove")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Why no way is open: every guard that was asked, and what it said of the deal. */
function Guards({ option }: { option: MoveOption }) {
  return (
    <Stack gap={4}>
      {option.guards
        .filter(({ passed }) => !passed)
        .map(({ move, guard, reason }) => (
          <Text key={move} size="sm" c="dimmed">
            {reason ?? guard}
          </Text>
        ))}
    </Stack>
  );
}
