/** A deal: where it stands, what is needed next, what belongs to it, and its story up to any instant. */
import { Alert, Button, Group, Stack } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { IconHistory } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/useFormat";
import { Asked } from "~/states/Asked";
import { useMoving } from "../moving/useMoving";
import { type Deal, dealQuery, dealThen } from "../queries";
import { Contacts } from "./Contacts";
import { DealHead } from "./DealHead";
import classes from "./DealPage.module.css";
import { Facts } from "./Facts";
import { History } from "./History";
import { Lines } from "./Lines";
import { NextSteps } from "./NextSteps";
import { Tasks } from "./Tasks";
import { useDealCommands } from "./useDealCommands";
import { useDealEdit } from "./useDealEdit";
import { WhereItStands } from "./WhereItStands";

export function DealPage() {
  const { dealId } = useParams({ from: "/deals/$dealId" });
  const { as_of } = useSearch({ from: "/deals/$dealId" });
  const now = useQuery(dealQuery(dealId));
  return (
    <Asked query={now}>
      {(deal) => (as_of ? <DealOfThen deal={deal} as_of={as_of} /> : <DealOfNow deal={deal} />)}
    </Asked>
  );
}

function DealOfNow({ deal }: { deal: Deal }) {
  useDocumentTitle(deal.name);
  const focusHead = useCallback(() => document.querySelector<HTMLElement>("#deal-name")?.focus(), []);
  const moving = useMoving(focusHead);
  const editing = useDealEdit(deal);
  useDealCommands(deal, moving);
  return (
    <Stack gap="md">
      <DealHead deal={deal} moving={moving} edit={editing.edit} />
      {editing.conflict}
      <WhereItStands deal={deal} />
      <div className={classes["columns"]}>
        <Stack gap="lg" miw={0}>
          <NextSteps deal={deal} moving={moving} />
          <Lines deal={deal} edit={editing.edit} />
          <Tasks deal={deal} />
          <History deal={deal} />
        </Stack>
        <Stack gap="lg" miw={0}>
          <Facts deal={deal} edit={editing.edit} />
          <Contacts deal={deal} />
        </Stack>
      </div>
      {moving.dialogs}
    </Stack>
  );
}

/** The same page as it was: nothing can be changed there, and one tap leads back to now. */
function DealOfThen({ deal, as_of }: { deal: Deal; as_of: string }) {
  const { t } = useTranslation("deals");
  const format = useFormat();
  const navigate = useNavigate({ from: "/deals/$dealId" });
  const then = useQuery(dealThen(deal.id, as_of));
  useDocumentTitle(deal.name);
  return (
    <Stack gap="md">
      <Alert color="yellow" icon={<IconHistory />} role="status">
        <Group justify="space-between">
          {t("then.asItWas", { when: format.dateTime(as_of) })}
          <Button size="xs" variant="default" onClick={() => void navigate({ search: {} })}>
            {t("then.backToNow")}
          </Button>
        </Group>
      </Alert>
      <Asked query={then}>
        {(past) => (
          <>
            <DealHead deal={past} />
            <WhereItStands deal={past} as_of={as_of} />
            <div className={classes["columns"]}>
              <Stack gap="lg" miw={0}>
                <Lines deal={past} />
                <History deal={deal} as_of={as_of} />
              </Stack>
              <Facts deal={past} as_of={as_of} />
            </div>
          </>
        )}
      </Asked>
    </Stack>
  );
}
