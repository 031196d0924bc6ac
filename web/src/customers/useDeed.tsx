/** Do one thing with customers: said aloud when done, with the way back where there is one. */
import { Button, Group } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useRole } from "~/session/SessionContext";
import { useRefused } from "~/states/useRefused";
import { type CustomerRecord, type Deed, done } from "./queries";

interface Asked {
  record: Pick<CustomerRecord, "id" | "version" | "name">;
  deed: Deed;
}

const BACK = { archive: "unarchive", delete: "restore" } as const;
const SHOWN_MS = 10_000;

export function useDeed() {
  const { t } = useTranslation("customers");
  const client = useQueryClient();
  const navigate = useNavigate();
  const refused = useRefused();
  const restores = useRole("admin");
  const act = useMutation({
    mutationFn: ({ record, deed }: Asked) => done(record, deed),
    onSuccess: async (written, asked) => {
      // its page goes before anything is asked anew: what is deleted is not found
      if (asked.deed === "delete") await navigate({ to: "/customers" });
      const back =
        typeof asked.deed === "string" && asked.deed in BACK ? BACK[asked.deed as keyof typeof BACK] : null;
      const offered = back === "restore" && !restores ? null : back;
      say(asked, offered && (() => act.mutate({ record: { ...asked.record, ...written }, deed: offered })));
    },
    onError: refused,
    onSettled: () =>
      Promise.all(["customers", "timeline"].map((root) => client.invalidateQueries({ queryKey: [root] }))),
  });
  const say = ({ record, deed }: Asked, back: (() => void) | null) => {
    const id = `customer-${record.id}`;
    const undo = () => {
      notifications.hide(id);
      back?.();
    };
    const text = t(`did.${typeof deed === "object" ? "assign" : deed}`, { name: record.name });
    notifications.hide(id);
    notifications.show({
      id,
      autoClose: SHOWN_MS,
      withCloseButton: true,
      message: (
        <Group justify="space-between">
          {text}
          {back && (
            <Button size="compact-sm" variant="light" onClick={undo}>
              {t("undo")}
            </Button>
          )}
        </Group>
      ),
    });
  };
  return act;
}
