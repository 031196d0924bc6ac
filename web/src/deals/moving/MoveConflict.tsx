/** Two people moved one deal: where it was, where each put it, and one choice; nothing is overwritten unseen. */

import { Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/useFormat";
import { usePeopleNames } from "~/people/queries";
import { ConflictBar } from "~/states/ConflictBar";
import { type Deal, storyQuery } from "../queries";
import { commandTo, type Movable, type Step } from "./stepping";

interface MoveConflictProps {
  deal: Movable;
  step: Step;
  theirs: Deal;
  onKeepMine: (deal: Movable, step: Step) => Promise<void>;
  onCancel: () => void;
}

export function MoveConflict({ deal, step, theirs, onKeepMine, onCancel }: MoveConflictProps) {
  const { t } = useTranslation("deals");
  const format = useFormat();
  const nameOf = usePeopleNames();
  const last = useQuery({ ...storyQuery(deal.id), staleTime: 0 }).data?.entries.at(-1);
  const conflict = { field: "stage", base: deal.stage.name, mine: step.to.name, theirs: theirs.stage.name };
  const choose = (mine: Record<string, unknown>) => {
    if (!("stage" in mine)) return onCancel();
    void onKeepMine(theirs, { ...step, by: commandTo(theirs.stage, step.to) });
  };
  return (
    <Stack>
      {last && (
        <Text size="sm">
          {t("moving.conflictBy", {
            who: nameOf(last.who) ?? last.who,
            when: format.relative(last.occurred_at),
          })}
        </Text>
      )}
      <ConflictBar
        conflicts={[conflict]}
        nameOf={() => t("field.stage")}
        shown={(_, value) => String(value)}
        onChosen={choose}
        onCancel={onCancel}
      />
    </Stack>
  );
}
