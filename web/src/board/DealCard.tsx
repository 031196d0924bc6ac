/** A deal as a card: name, customer, worth, when it is expected, how long it has been here; fixed in height. */
import type { DraggableProvided } from "@hello-pangea/dnd";
import { ActionIcon, Text } from "@mantine/core";
import { IconArrowsRightLeft } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, memo } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/useFormat";
import classes from "./Board.module.css";
import { goBeside } from "./goBeside";
import type { Card, Column } from "./queries";
import { tellWindow } from "./tellWindow";
import { cardFocused } from "./useBoardCommands";

interface DealCardProps {
  provided: DraggableProvided;
  card: Card;
  column: Column;
  onChoose: (card: Card, column: Column) => void;
  /** Where it stands in its list, in pixels. */
  top?: number;
  /** It is being carried. */
  lifted?: boolean;
}

export const DealCard = memo(function DealCard(props: DealCardProps) {
  const { provided, card, column, onChoose, top, lifted } = props;
  const { t } = useTranslation("board");
  const navigate = useNavigate();
  const open = () => void navigate({ to: "/deals/$dealId", params: { dealId: card.id } });
  const press = (event: KeyboardEvent<HTMLElement>) => {
    if (event.defaultPrevented || event.target !== event.currentTarget) return;
    if (event.key === "Enter") open();
    else if (goBeside(event.currentTarget, event.key)) event.preventDefault();
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a card carries itself by keyboard and stands where its list puts it
    <div
      ref={provided.innerRef}
      {...provided.draggableProps}
      {...provided.dragHandleProps}
      role="listitem"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a card is picked up, opened and moved by keys
      tabIndex={0}
      aria-label={t("cardOf", { deal: card.name, stage: column.stage.name })}
      className={classes["card"]}
      data-card={card.id}
      data-lifted={lifted || undefined}
      style={{ ...provided.draggableProps.style, ...(top === undefined ? {} : { top }) }}
      onFocus={() => cardFocused(card.id)}
      onTouchStart={({ nativeEvent }) => tellWindow(nativeEvent)}
      onKeyDown={press}
    >
      <CardText card={card} />
      <ActionIcon
        variant="subtle"
        color="gray"
        className={classes["move"] ?? ""}
        aria-label={t("moveOf", { deal: card.name })}
        onClick={() => onChoose(card, column)}
      >
        <IconArrowsRightLeft size={16} />
      </ActionIcon>
    </div>
  );
});

function CardText({ card }: { card: Card }) {
  const { t } = useTranslation("board");
  const format = useFormat();
  const late = card.expected_close !== null && card.expected_close < new Date().toISOString().slice(0, 10);
  return (
    <>
      <Link
        to="/deals/$dealId"
        params={{ dealId: card.id }}
        className={classes["name"] ?? ""}
        tabIndex={-1}
        draggable={false}
      >
        {card.name}
      </Link>
      <Text size="xs" c="dimmed" truncate className={classes["customer"] ?? ""}>
        {[card.customer_name, card.owner_name].filter(Boolean).join(" · ")}
      </Text>
      <div className={classes["foot"]}>
        <span className={classes["amount"]}>
          {card.amount ? format.moneyTight(card.amount) : t("noAmount")}
        </span>
        {card.expected_close && (
          <time
            dateTime={card.expected_close}
            className={classes["due"]}
            data-late={late || undefined}
            title={t("expected", { day: format.date(card.expected_close) })}
          >
            {format.date(card.expected_close)}
          </time>
        )}
      </div>
    </>
  );
}
