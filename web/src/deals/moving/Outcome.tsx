/** What winning and losing ask for: the final amount, or why and to whom. */
import { Autocomplete, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { MoneyInput } from "../fields/MoneyInput";
import { useCurrency } from "../fields/useCurrency";
import type { Stage } from "../queries";
import type { Movable, Step } from "./stepping";

interface OutcomeProps {
  deal: Movable;
  to: Stage;
  onDecided: (step: Step) => void;
  onCancel: () => void;
}

export function Outcome({ deal, to, onDecided, onCancel }: OutcomeProps) {
  return to.category === "won" ? (
    <Winning deal={deal} to={to} onDecided={onDecided} onCancel={onCancel} />
  ) : (
    <Losing to={to} onDecided={onDecided} onCancel={onCancel} />
  );
}

function Winning({ deal, to, onDecided, onCancel }: OutcomeProps) {
  const { t } = useTranslation("deals");
  const currency = useCurrency();
  const [amount, say] = useState(deal.amount ?? { amount: "", currency });
  const decide = (event: FormEvent) => {
    event.preventDefault();
    onDecided({ by: "win", to, amount: amount.amount ? amount : null });
  };
  return (
    <form onSubmit={decide}>
      <Stack>
        <MoneyInput label={t("outcome.finalAmount")} value={amount} onChange={say} autoFocus />
        <Buttons label={t("outcome.win")} onCancel={onCancel} />
      </Stack>
    </form>
  );
}

function Losing({ to, onDecided, onCancel }: Omit<OutcomeProps, "deal">) {
  const { t } = useTranslation("deals");
  const [reason, because] = useState("");
  const [competitor, whoWon] = useState("");
  const decide = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim())
      onDecided({ by: "lose", to, reason: reason.trim(), competitor: competitor.trim() || null });
  };
  const usual = ["price", "competitor", "budget", "timing", "features", "silence"] as const;
  return (
    <form onSubmit={decide}>
      <Stack>
        <Text size="sm">{t("outcome.why", { stage: to.name })}</Text>
        <Autocomplete
          label={t("field.lost_reason")}
          required
          data-autofocus
          data={usual.map((each) => t(`outcome.reason.${each}`))}
          value={reason}
          onChange={because}
          maxLength={2000}
        />
        <TextInput
          label={t("field.competitor")}
          value={competitor}
          maxLength={200}
          onChange={(event) => whoWon(event.currentTarget.value)}
        />
        <Buttons label={t("outcome.lose")} disabled={!reason.trim()} onCancel={onCancel} />
      </Stack>
    </form>
  );
}

function Buttons({
  label,
  disabled = false,
  onCancel,
}: {
  label: string;
  disabled?: boolean;
  onCancel: () => void;
}) {
  const { t } = useTranslation("deals");
  return (
    <Group justify="end">
      <Button variant="subtle" color="gray" onClick={onCancel}>
        {t("cancel")}
      </Button>
      <Button type="submit" disabled={disabled}>
        {label}
      </Button>
    </Group>
  );
}
