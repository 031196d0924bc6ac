import i18next from "i18next";
import { beforeAll, expect, test } from "vitest";
import activitiesEn from "~/i18n/en/activities.json";
import timelineEn from "~/i18n/en/timeline.json";
import { formatFor } from "~/i18n/useFormat";
import activitiesZh from "~/i18n/zh/activities.json";
import timelineZh from "~/i18n/zh/timeline.json";
import type { Entry } from "./queries";
import { changesOf, sentence } from "./sentence";

beforeAll(() =>
  i18next.init({
    lng: "en",
    interpolation: { escapeValue: false },
    resources: {
      en: { timeline: timelineEn, activities: activitiesEn },
      zh: { timeline: timelineZh, activities: activitiesZh },
    },
  }),
);

const reading = (language: "zh" | "en") => ({
  t: i18next.getFixedT(language),
  format: formatFor(language),
  nameOf: (id: unknown) => (id === "anna" ? "Anna" : ""),
});

function entry(type: string, more: Partial<Entry>): Entry {
  const fixed = { event_id: "e", subject_id: "s", version: 1, who: "ada", on_behalf_of: null };
  const when = { occurred_at: "2026-01-01T00:00:00Z", recorded_at: "2026-01-01T00:00:00Z" };
  return {
    ...fixed,
    ...when,
    thing: "deal",
    subject: "GTX",
    type,
    changes: {},
    details: {},
    ...more,
  } as Entry;
}

test("a move names the deal and both stages", () => {
  const moved = entry("DealStageChanged", {
    changes: { stage: { before: { name: "Talk" }, after: { name: "Offer" } } },
  });
  expect(sentence(moved, reading("en"))).toBe("GTX moved from Talk to Offer");
  expect(sentence(moved, reading("zh"))).toBe("商机“GTX”从Talk移到Offer");
});

test("a new owner is named, nobody too", () => {
  const given = (owner_id: string | null) =>
    entry("CustomerAssigned", { thing: "customer", details: { owner_id } });
  expect(sentence(given("anna"), reading("en"))).toBe("Assigned to Anna");
  expect(sentence(given(null), reading("zh"))).toBe("负责人变更为无人");
});

test("a correction says what each field was and is", () => {
  const corrected = entry("CustomerCorrected", {
    changes: { annual_revenue: { before: null, after: { amount: "10", currency: "USD" } } },
  });
  expect(changesOf(corrected, reading("en"))).toEqual([
    { field: "Annual revenue", before: "—", after: "$10.00" },
  ]);
});

test("what is said of a loss or an outcome stands in the sentence only where it is known", () => {
  expect(sentence(entry("DealLost", { details: { reason: "price" } }), reading("en"))).toBe(
    "GTX was lost: price",
  );
  expect(sentence(entry("DealLost", {}), reading("en"))).toBe("GTX was lost");
});

test("an event that came later than this client is told by its name", () => {
  expect(sentence(entry("DealPraised", {}), reading("en"))).toBe("DealPraised");
});
