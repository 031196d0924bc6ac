import { renderHook } from "@testing-library/react";
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { beforeAll, expect, test, vi } from "vitest";
import deals from "~/i18n/en/deals.json";
import story from "~/i18n/en/story.json";
import dealsZh from "~/i18n/zh/deals.json";
import storyZh from "~/i18n/zh/story.json";
import { useSentence } from "./useSentence";

vi.mock("~/people/queries", () => ({ usePeopleNames: () => (id: string) => ({ a: "Anna", b: "Bo" })[id] }));

beforeAll(async () => {
  const resources = { en: { deals, story }, zh: { deals: dealsZh, story: storyZh } };
  await i18next.use(initReactI18next).init({ lng: "en", resources, interpolation: { escapeValue: false } });
});

const stage = (name: string) => ({ stage: { key: name, name } });
const money = (amount: string) => ({ amount: { amount, currency: "USD" } });

const told: readonly [string, object, object, string, string][] = [
  [
    "DealOpened",
    {},
    { ...stage("New"), ...money("5") },
    "Opened in New, amount $5.00",
    "在“New”新建，金额US$5.00",
  ],
  ["DealStageChanged", stage("New"), stage("Talk"), "Moved from New to Talk", "从“New”移到“Talk”"],
  [
    "DealLost",
    stage("New"),
    { ...stage("Lost"), reason: "price", competitor: "Initech" },
    "Lost to Initech: price",
    "输单：price（输给Initech）",
  ],
  [
    "DealAmountChanged",
    { amount: null },
    money("7"),
    "Amount changed from none to $7.00",
    "金额从无改为US$7.00",
  ],
  [
    "DealAssigned",
    { owner_id: "a" },
    { owner_id: "b" },
    "Owner changed from Anna to Bo",
    "负责人从Anna改为Bo",
  ],
  [
    "DealChecklistItemTicked",
    {},
    { stage: "new", item: "budget", done: true },
    "Checked off: Budget known",
    "已完成检查项“Budget known”",
  ],
  [
    "DealCorrected",
    { name: "x", region: null },
    { name: "y", region: "East" },
    "Name changed from x to y, Region changed from none to East",
    "名称从x改为y、地区从无改为East",
  ],
  [
    "DealForecastChanged",
    { forecast_category: null, probability: null },
    { forecast_category: "commit", probability: 80 },
    "Forecast changed from As the stage says to Commit · 80%",
    "预测从按阶段改为承诺 · 80%",
  ],
];

test.each(told)(
  "%s is told as a sentence in both languages",
  async (event, before, after, english, chinese) => {
    const entry = { event, before: { ...before }, after: { ...after } };
    const itemText = () => "Budget known";
    await i18next.changeLanguage("en");
    expect(renderHook(() => useSentence(itemText)).result.current(entry)).toBe(english);
    await i18next.changeLanguage("zh");
    expect(renderHook(() => useSentence(itemText)).result.current(entry)).toBe(chinese);
  },
);

test("every event of a deal has a sentence and a name", () => {
  const { result } = renderHook(() => useSentence(() => undefined));
  for (const event of Object.keys(story.event))
    expect(
      result.current({
        event,
        before: { ...stage("a"), ...money("1") },
        after: { ...stage("b"), ...money("2") },
      }),
    ).not.toBe(event);
});
