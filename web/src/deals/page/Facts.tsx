/** The facts of a deal, each changed where it stands, and for those with a history: why it is so. */
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/useFormat";
import type { Field } from "../fields/values";
import type { Deal } from "../queries";
import classes from "./DealPage.module.css";
import { Editable } from "./Editable";
import { ForecastEdit } from "./ForecastEdit";
import { Section } from "./Section";
import { type Edit, useShown } from "./useDealEdit";
import { type Aspect, Why } from "./Why";

interface FactsProps {
  deal: Deal;
  edit?: Edit;
  as_of?: string;
}

const FACTS = ["amount", "expected_close", "customer_id", "owner_id", "source", "region"] as const;
const WHY: Partial<Record<Field | "stage", Aspect>> = {
  stage: "stage",
  amount: "amount",
  expected_close: "expected_close",
  owner_id: "owner",
  forecast_category: "forecast",
};

export function Facts({ deal, edit, as_of }: FactsProps) {
  const { t } = useTranslation("deals");
  const format = useFormat();
  const shown = useShown();
  const shownOf = (field: (typeof FACTS)[number]) => {
    if (field === "customer_id") return deal.customer_name ?? shown(field, deal.customer_id);
    return shown(field, deal[field]);
  };
  return (
    <Section title={t("facts")}>
      <dl className={classes["facts"]}>
        <Fact name="stage" aspect={WHY.stage} deal={deal} as_of={as_of}>
          {deal.stage.name}
        </Fact>
        {FACTS.map((field) => (
          <Fact key={field} name={field} aspect={WHY[field]} deal={deal} as_of={as_of}>
            {edit ? (
              <Editable field={field} deal={deal} edit={edit}>
                {shownOf(field)}
              </Editable>
            ) : (
              shownOf(field)
            )}
          </Fact>
        ))}
        <Fact name="forecast_category" aspect={WHY.forecast_category} deal={deal} as_of={as_of}>
          <ForecastEdit deal={deal} edit={edit} />
        </Fact>
        {deal.lost_reason && (
          <Fact name="lost_reason" deal={deal}>
            {deal.lost_reason}
          </Fact>
        )}
        {deal.competitor && (
          <Fact name="competitor" deal={deal}>
            {deal.competitor}
          </Fact>
        )}
        <Fact name="opened_at" deal={deal}>
          {format.date(new Date(deal.opened_at))}
        </Fact>
        <Fact name="stage_entered_at" deal={deal}>
          {format.relative(deal.stage_entered_at, as_of ? new Date(as_of) : new Date())}
        </Fact>
      </dl>
    </Section>
  );
}

interface FactProps {
  name: string;
  deal: Deal;
  aspect?: Aspect | undefined;
  as_of?: string | undefined;
  children: React.ReactNode;
}

function Fact({ name, deal, aspect, as_of, children }: FactProps) {
  const { t } = useTranslation("deals");
  return (
    <>
      <dt>{t(`field.${name}`)}</dt>
      <dd>{children}</dd>
      <dd>{aspect && <Why id={deal.id} aspect={aspect} as_of={as_of} />}</dd>
    </>
  );
}
