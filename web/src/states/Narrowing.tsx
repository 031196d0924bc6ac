/** Something that narrows what is shown, to be taken away by mouse, finger or key. */
import { Pill } from "@mantine/core";
import classes from "./Narrowing.module.css";

interface NarrowingProps {
  children: string;
  /** What taking it away is called. */
  away: string;
  onAway: () => void;
}

export function Narrowing({ children, away, onAway }: NarrowingProps) {
  return (
    <Pill
      size="md"
      className={classes["narrowing"] ?? ""}
      withRemoveButton
      onRemove={onAway}
      removeButtonProps={{ "aria-label": away, "aria-hidden": false, tabIndex: 0 }}
    >
      {children}
    </Pill>
  );
}
