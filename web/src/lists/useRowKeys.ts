/** Go through a list with j and k, open with o, choose with x. */
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Command, useCommands } from "~/palette/commands";

interface RowKeys {
  group: string;
  count: number;
  open: (index: number) => void;
  choose?: (index: number) => void;
}

/** The row that is gone to, none at first. */
export function useRowKeys({ group, count, open, choose }: RowKeys): number | undefined {
  const { t } = useTranslation("lists");
  const [here, go] = useState<number>();
  const commands = useMemo<Command[]>(() => {
    const onRow = (act: (index: number) => void) => () => {
      if (here !== undefined && here < count) act(here);
    };
    const list: Command[] = [
      {
        id: "row.next",
        group,
        label: t("next"),
        keys: "j",
        run: () => go((at = -1) => Math.min(at + 1, count - 1)),
      },
      {
        id: "row.previous",
        group,
        label: t("previous"),
        keys: "k",
        run: () => go((at = 1) => Math.max(at - 1, 0)),
      },
      { id: "row.open", group, label: t("open"), keys: "o", run: onRow(open) },
    ];
    return choose
      ? [...list, { id: "row.choose", group, label: t("chooseRow"), keys: "x", run: onRow(choose) }]
      : list;
  }, [t, group, count, here, open, choose]);
  useCommands(commands);
  return here;
}
