/** A stage that deals end or rest in, folded: how many, what they are worth, and a place to drop a card on. */
import { Droppable } from "@hello-pangea/dnd";
import { UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconLayoutSidebarRightExpand } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "./Board.module.css";
import type { Column } from "./queries";
import { StageHead } from "./StageHead";

export function EndPanel({ column, onUnfold }: { column: Column; onUnfold: () => void }) {
  const { t } = useTranslation("board");
  return (
    // sideways, so that a card dropped on the edge of two panels goes to the one that holds its middle
    <Droppable droppableId={column.stage.key} direction="horizontal">
      {(provided, { isDraggingOver }) => (
        <section
          ref={provided.innerRef}
          {...provided.droppableProps}
          className={classes["end"]}
          data-over={isDraggingOver || undefined}
          data-category={column.stage.category}
        >
          <UnstyledButton className={classes["unfold"] ?? ""} onClick={onUnfold}>
            <VisuallyHidden>{t("unfold")}</VisuallyHidden>
            <StageHead column={column} />
            <IconLayoutSidebarRightExpand size={16} aria-hidden />
          </UnstyledButton>
          {provided.placeholder}
        </section>
      )}
    </Droppable>
  );
}
