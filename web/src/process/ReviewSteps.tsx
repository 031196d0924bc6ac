/** The next steps in the life of a version, each with its reason: submit, approve and publish, send back, retire. */
import { Button, type ButtonProps } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Command, useCommands } from "~/palette/commands";
import { useRole, useSession } from "~/session/SessionContext";
import { type Process, steps, useProcessWrite, type Version } from "./queries";
import { ReasonDialog } from "./ReasonDialog";
import { isAuthor } from "./VersionHeader";

type Step = "submit" | "publish" | "return" | "withdraw" | "retire";

interface StepsProps {
  process: Process;
  version: Version;
}

const LOOKS: Readonly<Record<Step, ButtonProps>> = {
  submit: {},
  publish: { color: "teal" },
  return: { variant: "default" },
  withdraw: { variant: "default" },
  retire: { variant: "subtle", color: "red" },
};

export function ReviewSteps({ process, version }: StepsProps) {
  const { t } = useTranslation("process");
  const [step, setStep] = useState<Step | null>(null);
  const offered = useOffered(version);
  const isLast = process.versions.filter(({ status }) => status === "published").length === 1;
  const write = useProcessWrite(({ reason, accepted }: { reason: string; accepted: boolean }) =>
    taken(step ?? "submit", { process, number: version.number }, reason, accepted),
  );
  const done = () => setStep(null);
  useCommands(
    useMemo<Command[]>(
      () =>
        offered.map((each) => ({
          id: `process.${each}`,
          group: t("title"),
          label: t(`next.${each}`),
          run: () => setStep(each),
        })),
      [t, offered],
    ),
  );
  return (
    <>
      {offered.map((each) => (
        <Button key={each} {...LOOKS[each]} disabled={isHeld(each, version)} onClick={() => setStep(each)}>
          {t(`next.${each}`)}
        </Button>
      ))}
      <ReasonDialog
        opened={step !== null}
        title={t(`next.${step ?? "submit"}`)}
        text={t(`nextText.${step ?? "submit"}`)}
        accept={step === "retire" && isLast ? t("noNewDeals") : undefined}
        pending={write.isPending}
        onClose={done}
        onSaid={(reason, accepted) => write.mutate({ reason, accepted }, { onSuccess: done })}
      />
    </>
  );
}

/** What the reader's role and part in the version allow. */
function useOffered(version: Version): readonly Step[] {
  const { person } = useSession();
  const designs = useRole("admin");
  const reviews = useRole("admin", "manager");
  const author = isAuthor(version, person.subject);
  return useMemo(
    () => offeredTo(version.status, { designs, reviews, author }),
    [version.status, designs, reviews, author],
  );
}

interface Part {
  designs: boolean;
  reviews: boolean;
  author: boolean;
}

export function offeredTo(status: Version["status"], { designs, reviews, author }: Part): readonly Step[] {
  if (status === "draft") return designs ? ["submit"] : NONE;
  if (status === "published") return designs ? ["retire"] : NONE;
  if (status === "retired" || !reviews) return NONE;
  return author ? ["withdraw"] : ["publish", "return"];
}

const NONE: readonly Step[] = [];

const isHeld = (step: Step, version: Version): boolean =>
  (step === "publish" && version.open_comments > 0) ||
  (step === "submit" && version.findings.some(({ warning }) => !warning));

type Place = { process: Process; number: number };

function taken(step: Step, place: Place, reason: string, accepted: boolean): Promise<unknown> {
  if (step === "withdraw") return steps.return(place, reason);
  if (step === "retire") return steps.retire(place, reason, accepted);
  return steps[step](place, reason);
}
