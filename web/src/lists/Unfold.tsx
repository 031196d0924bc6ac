/** On a phone: shows and hides what is folded away there, such as the filters of a list. */
import { ActionIcon } from "@mantine/core";
import { IconAdjustmentsHorizontal } from "@tabler/icons-react";

interface UnfoldProps {
  label: string;
  opened: boolean;
  onToggle: () => void;
  /** Something of what is folded away is chosen. */
  chosen?: boolean;
}

export function Unfold({ label, opened, onToggle, chosen = false }: UnfoldProps) {
  return (
    <ActionIcon
      variant={chosen ? "light" : "default"}
      size={44}
      aria-label={label}
      aria-expanded={opened}
      onClick={onToggle}
    >
      <IconAdjustmentsHorizontal size={20} />
    </ActionIcon>
  );
}
