/** A value that becomes its input where it stands; Enter or leaving it saves, Escape leaves it as it was. */
import { ActionIcon, Button, Group, Popover, Stack, UnstyledButton } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Draft, FieldInput } from "../fields/FieldInput";
import type { Field, Values } from "../fields/values";
import type { Deal } from "../queries";
import classes from "./DealPage.module.css";
import type { Edit } from "./useDealEdit";

interface EditableProps {
  field: Exclude<Field, "lines" | "forecast_category" | "probability">;
  deal: Deal;
  edit: Edit;
  children: ReactNode;
}

export function Editable({ field, deal, edit, children }: EditableProps) {
  const { t } = useTranslation("deals");
  const [draft, setDraft] = useState<Draft | null>(null);
  const save = (event: FormEvent) => {
    event.preventDefault();
    setDraft(null);
    if (draft) void edit(field, cleaned(draft[field]) as Values[typeof field]);
  };
  return (
    <Popover
      opened={draft !== null}
      onChange={() => setDraft(null)}
      trapFocus
      width={320}
      position="bottom-start"
      withinPortal
    >
      <Popover.Target>
        <UnstyledButton
          className={classes["editable"] ?? ""}
          title={t("editField", { field: t(`field.${field}`) })}
          onClick={() => setDraft({ [field]: deal[field] })}
        >
          {children}
          <ActionIcon component="span" variant="transparent" color="gray" size="xs" aria-hidden>
            <IconPencil size={14} />
          </ActionIcon>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        {draft && (
          <form onSubmit={save}>
            <Stack>
              <FieldInput
                field={field}
                values={draft}
                onChange={(more) => setDraft({ ...draft, ...more })}
                customerName={deal.customer_name}
                autoFocus
              />
              <Group justify="end" gap="xs">
                <Button size="xs" variant="subtle" color="gray" onClick={() => setDraft(null)}>
                  {t("cancel")}
                </Button>
                <Button size="xs" type="submit">
                  {t("save")}
                </Button>
              </Group>
            </Stack>
          </form>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

/** An emptied value is none. */
function cleaned(value: unknown): unknown {
  if (typeof value === "string") return value.trim() || null;
  if (typeof value === "object" && value !== null && "amount" in value && value.amount === "") return null;
  return value ?? null;
}
