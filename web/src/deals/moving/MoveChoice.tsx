/** "Move to…": every stage that an arrow leads to, with what is still missing on the way there. */
import { Button, Stack, Text } from "@mantine/core";
import { IconArrowRight, IconLock } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useRole } from "~/session/SessionContext";
import { Asked } from "~/states/Asked";
import { Empty } from "~/states/Empty";
import { dealQuery, type MoveOption, movesQuery, type Stage, versionQuery } from "../queries";
import classes from "./Moving.module.css";
import { isClosed, type Movable } from "./stepping";
import { useLacking } from "./useLacking";

interface MoveChoiceProps {
  deal: Movable;
  onMove: (deal: Movable, to: Stage) => void;
  onMend: (deal: Movable, to: Stage) => void;
}

export function MoveChoice({ deal, onMove, onMend }: MoveChoiceProps) {
  const { t } = useTranslation("deals");
  const moves = useQuery({ ...movesQuery(deal.id), staleTime: 0 });
  return (
    <Asked query={moves}>
      {({ moves: options }) => {
        if (isClosed(deal.stage)) return <ReopenChoice deal={deal} onMove={onMove} />;
        if (options.length === 0) return <Empty title={t("moving.nowhere")} />;
        // as the reader saw the deal: where it has been moved meanwhile, that is a conflict and not to be overwritten
        const take = (option: MoveOption) => (option.open ? onMove : onMend)(deal, option.stage);
        return (
          <Stack gap="xs">
            {options.map((option, at) => (
              <Choice key={option.stage.key} option={option} first={at === 0} onTake={() => take(option)} />
            ))}
          </Stack>
        );
      }}
    </Asked>
  );
}

function Choice({ option, first, onTake }: { option: MoveOption; first: boolean; onTake: () => void }) {
  const lacking = useLacking();
  const missing = lacking(option);
  const Icon = option.open ? IconArrowRight : IconLock;
  return (
    <Button
      variant="default"
      size="md"
      h="auto"
      mih={48}
      py={6}
      justify="space-between"
      data-autofocus={first || undefined}
      rightSection={<Icon size={16} aria-hidden />}
      onClick={onTake}
    >
      <span className={classes["choice"]}>
        {option.stage.name}
        {missing.length > 0 && (
          <Text span size="xs" c="dimmed">
            {missing.join(" · ")}
          </Text>
        )}
      </span>
    </Button>
  );
}

/** A decided deal goes nowhere but back: it is reopened in an open stage of its process. */
function ReopenChoice({ deal, onMove }: Pick<MoveChoiceProps, "deal" | "onMove">) {
  const { t } = useTranslation("deals");
  const allowed = useRole("manager", "admin");
  const { process_id, process_version } = useQuery(dealQuery(deal.id)).data ?? {
    process_id: "",
    process_version: 0,
  };
  const version = useQuery({ ...versionQuery(process_id, process_version), enabled: process_id !== "" });
  if (!allowed) return <Text>{t("moving.closedForYou")}</Text>;
  return (
    <Stack gap="xs">
      <Text size="sm">{t("moving.closed")}</Text>
      {version.data?.stages
        .filter((stage) => !isClosed(stage))
        .map((stage) => (
          <Button
            key={stage.key}
            variant="default"
            mih={48}
            justify="start"
            onClick={() => onMove(deal, stage)}
          >
            {t("moving.reopenIn", { stage: stage.name })}
          </Button>
        ))}
    </Stack>
  );
}
