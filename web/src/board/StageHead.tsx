/** The head of a stage: its name, exactly how many deals, and their worth in each currency by itself. */
import { Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/useFormat";
import classes from "./Board.module.css";
import type { Column } from "./queries";

export function StageHead({ column: { stage, count, sums, without_amount } }: { column: Column }) {
  const { t } = useTranslation("board");
  const format = useFormat();
  const exact = sums.map((sum) => format.money(sum)).join(" + ");
  const without = without_amount > 0 ? t("withoutAmount", { count: without_amount }) : "";
  return (
    <div className={classes["head"]}>
      <Title order={2} size="sm" className={classes["stage"] ?? ""} title={stage.name}>
        {stage.name}
      </Title>
      <Text
        size="xs"
        c="dimmed"
        className={classes["figures"] ?? ""}
        title={[exact, without].filter(Boolean).join("\n")}
      >
        <span data-count={count}>{format.number(count)}</span>
        {sums.length > 0 && ` · ${sums.map((sum) => format.moneyShort(sum)).join(" + ")}`}
      </Text>
    </div>
  );
}
