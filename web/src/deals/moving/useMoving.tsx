/** Moving a deal from wherever it is shown: choose where to, say why, mend what is missing, settle a conflict. */
import { Modal, VisuallyHidden } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { merged } from "~/api/conflict";
import { useChange } from "~/api/optimistic";
import { Problem } from "~/api/problem";
import { Loading } from "~/states/Loading";
import { useRefused } from "~/states/useRefused";
import { type Deal, dealQuery, type Stage } from "../queries";
import { MoveChoice } from "./MoveChoice";
import { commandTo, type Movable, type Step, stepped } from "./stepping";

// What a move seldom asks for is fetched when it does: the first page is there before.
const MoveConflict = lazy(() => import("./MoveConflict").then((file) => ({ default: file.MoveConflict })));
const MoveRemedy = lazy(() => import("./MoveRemedy").then((file) => ({ default: file.MoveRemedy })));
const Outcome = lazy(() => import("./Outcome").then((file) => ({ default: file.Outcome })));

type Asking =
  | { is: "choice"; deal: Movable }
  | { is: "outcome"; deal: Movable; to: Stage }
  | { is: "remedy"; deal: Movable; step: Step; problem: Problem | null }
  | { is: "conflict"; deal: Movable; step: Step; theirs: Deal };

export interface Moving {
  /** Show where the deal may go. */
  choose(deal: Movable): void;
  /** Move it there; won and lost ask for what they need first. */
  move(deal: Movable, to: Stage): void;
  /** Fill in what the way there needs, then go. */
  mend(deal: Movable, to: Stage): void;
  /** What is asked at the moment; to be put anywhere into the view. */
  dialogs: ReactNode;
}

const MENDABLE = new Set(["fields-missing", "checklist-not-done", "guard-not-passed", "move-not-allowed"]);

/** `onEnd` is told of every deal whose move has ended, done or not, so that its place can have the focus again. */
export function useMoving(onEnd: (id: string) => void): Moving {
  const { t } = useTranslation("deals");
  const [asking, ask] = useState<Asking | null>(null);
  const [said, say] = useState("");
  const go = useStepping(ask, onEnd, say);
  const move = useCallback(
    (deal: Movable, to: Stage) => {
      const by = commandTo(deal.stage, to);
      if (by === "win" || by === "lose") ask({ is: "outcome", deal, to });
      else void go(deal, { by, to });
    },
    [go],
  );
  const mend = useCallback((deal: Movable, to: Stage) => {
    const by = commandTo(deal.stage, to);
    if (by === "win" || by === "lose") ask({ is: "outcome", deal, to });
    else ask({ is: "remedy", deal, step: { by, to }, problem: null });
  }, []);
  const choose = useCallback((deal: Movable) => ask({ is: "choice", deal }), []);
  const close = () => {
    ask(null);
    if (asking) onEnd(asking.deal.id);
  };
  const dialogs = (
    <>
      <VisuallyHidden role="status" aria-live="polite">
        {said}
      </VisuallyHidden>
      <Modal
        opened={asking !== null}
        onClose={close}
        title={asking && t(`moving.title.${asking.is}`, { deal: asking.deal.name })}
        closeButtonProps={{ "aria-label": t("close") }}
        size={asking?.is === "conflict" ? "xl" : "md"}
        returnFocus={false}
      >
        <Suspense fallback={<Loading />}>
          {asking && <Asked asking={asking} go={go} move={move} mend={mend} close={close} />}
        </Suspense>
      </Modal>
    </>
  );
  return useMemo(() => ({ choose, move, mend, dialogs }), [choose, move, mend, dialogs]);
}

interface AskedProps extends Pick<Moving, "move" | "mend"> {
  asking: Asking;
  go: (deal: Movable, step: Step) => Promise<void>;
  close: () => void;
}

function Asked({ asking, go, move, mend, close }: AskedProps) {
  const { deal } = asking;
  switch (asking.is) {
    case "choice":
      return <MoveChoice deal={deal} onMove={move} onMend={mend} />;
    case "outcome":
      return <Outcome deal={deal} to={asking.to} onDecided={(step) => go(deal, step)} onCancel={close} />;
    case "remedy":
      return (
        <MoveRemedy
          deal={deal}
          step={asking.step}
          problem={asking.problem}
          onMended={go}
          onOther={move}
          onCancel={close}
        />
      );
    case "conflict":
      return <MoveConflict {...asking} onKeepMine={go} onCancel={close} />;
  }
}

/** Does a step; what stands in its way becomes the next thing to ask. */
function useStepping(
  ask: (asking: Asking | null) => void,
  onEnd: (id: string) => void,
  say: (what: string) => void,
) {
  const { t } = useTranslation("deals");
  const client = useQueryClient();
  const change = useChange(stepped);
  const refused = useRefused();
  return useCallback(
    async function go(deal: Movable, step: Step): Promise<void> {
      ask(null);
      try {
        await change({ deal, step });
        say(t("moving.done", { deal: deal.name, stage: step.to.name }));
        onEnd(deal.id);
      } catch (fault) {
        say(t("moving.notDone", { deal: deal.name, stage: deal.stage.name }));
        if (!(fault instanceof Problem)) return refused(fault);
        if (MENDABLE.has(fault.code)) return ask({ is: "remedy", deal, step, problem: fault });
        if (!fault.isConflict) return refused(fault);
        await client
          .fetchQuery({ ...dealQuery(deal.id), staleTime: 0 })
          .then((theirs) => settled(deal, step, theirs), refused);
      }
      async function settled(base: Movable, wish: Step, theirs: Deal): Promise<void> {
        const { mine, conflicts } = merged(
          { stage: base.stage.key },
          { stage: wish.to.key },
          { stage: theirs.stage.key },
        );
        if (conflicts.length > 0) return ask({ is: "conflict", deal: base, step: wish, theirs });
        if ("stage" in mine) return go(theirs, wish); // they changed something else: nothing is lost
        onEnd(base.id);
      }
    },
    [ask, change, client, onEnd, refused, say, t],
  );
}
