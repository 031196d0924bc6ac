/** An event of a deal as a sentence in the reader's language: what happened, from what to what. */
import { useTranslation } from "react-i18next";
import type { StoryEntry } from "../queries";
import { useShown } from "./useDealEdit";

type Fields = Readonly<Record<string, unknown>>;
type Told = Pick<StoryEntry, "event" | "before" | "after">;

interface Saying {
  t: (key: string, values?: Fields) => string;
  shown: (field: string, value: unknown) => string;
  /** What an item of a checklist says. */
  itemText: ItemText;
}
export type ItemText = (stage: string, item: string) => string | undefined;
type Teller = (say: Saying, before: Fields, after: Fields) => string;

export function useSentence(itemText: ItemText): (entry: Told) => string {
  const { t } = useTranslation(["story", "deals"]);
  const shown = useShown();
  const say: Saying = { t: (key, values) => String(t(key, { ...values })), shown, itemText };
  return ({ event, before, after }) => TELLERS[event]?.(say, before, after) ?? event;
}

/** A teller of a change of one field. */
const changeOf = (field: string, tell: (say: Saying, change: Fields) => string): Teller => {
  return (say, before, after) =>
    tell(say, { before: say.shown(field, before[field]), after: say.shown(field, after[field]) });
};

const TELLERS: Readonly<Record<string, Teller>> = {
  DealOpened: ({ t, shown }, _, after) =>
    t("opened", { stage: stage(after), amount: shown("amount", after["amount"]) }),
  DealStageChanged: ({ t }, before, after) => t("moved", { before: stage(before), after: stage(after) }),
  DealWon: ({ t, shown }, _, after) => t("won", { amount: shown("amount", after["amount"]) }),
  DealLost: ({ t }, _, after) => (after["competitor"] ? t("lostTo", after) : t("lost", after)),
  DealReopened: ({ t }, _, after) => t("reopened", { stage: stage(after) }),
  DealAmountChanged: changeOf("amount", ({ t }, change) => t("amount", change)),
  DealExpectedCloseChanged: changeOf("expected_close", ({ t }, change) => t("expected", change)),
  DealAssigned: changeOf("owner_id", ({ t }, change) => t("assigned", change)),
  DealForecastChanged: (say, before, after) =>
    say.t("forecast", { before: forecast(say, before), after: forecast(say, after) }),
  DealLinesChanged: changeOf("amount", ({ t }, change) => t("lines", change)),
  DealChecklistItemTicked: ({ t, itemText }, _, after) => {
    const item = itemText(String(after["stage"]), String(after["item"])) ?? after["item"];
    return after["done"] ? t("ticked", { item }) : t("unticked", { item });
  },
  DealCorrected: (say, before, after) =>
    Object.keys(after)
      .map((field) => corrected(field)(say, before, after))
      .join(say.t("deals:and")),
  DealMigrated: ({ t }, before, after) =>
    t("migrated", {
      before: before["process_version"],
      after: after["process_version"],
      stage: stage(after),
    }),
  DealAutomationRan: ({ t }, _, after) =>
    after["done"] === false ? t("automationIdle", after) : t("automation", after),
  DealNotificationRequested: ({ t }, _, after) => t("notification", after),
  DealDeleted: ({ t }) => t("deleted"),
  DealRestored: ({ t }) => t("restored"),
};

const corrected = (field: string) =>
  changeOf(field, ({ t }, change) => t("corrected", { field: t(`deals:field.${field}`), ...change }));

function forecast({ t, shown }: Saying, fields: Fields): string {
  const said = ["forecast_category", "probability"].filter((field) => fields[field] !== null);
  return said.map((field) => shown(field, fields[field])).join(" · ") || t("deals:forecast.asStage");
}

function stage(fields: Fields): string {
  const at = fields["stage"];
  return typeof at === "object" && at !== null && "name" in at ? String(at.name) : "";
}
