/** What can be done with the deal that is open, by key or palette. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type Command, useCommands } from "~/palette/commands";
import type { Moving } from "../moving/useMoving";
import type { Deal } from "../queries";

export function useDealCommands(deal: Deal, { choose }: Moving): void {
  const { t } = useTranslation("deals");
  const commands = useMemo<Command[]>(() => {
    const group = t("title");
    const press = (selector: string) => () => document.querySelector<HTMLElement>(selector)?.click();
    return [
      { id: "deal.move", group, label: t("moving.move"), keys: "m", run: () => choose(deal) },
      { id: "deal.task", group, label: t("tasks.add"), keys: "t", run: press("#add-task") },
      {
        id: "deal.past",
        group,
        label: t("then.go"),
        keys: "h",
        run: () => focus("#time-slider [role=slider]"),
      },
    ];
  }, [t, choose, deal]);
  useCommands(commands);
}

const focus = (selector: string) => document.querySelector<HTMLElement>(selector)?.focus();
