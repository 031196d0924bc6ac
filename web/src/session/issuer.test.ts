import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { answerOf } from "./issuer";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** An issuer that answers these, one after another; how often it was asked. */
function issuer(...answers: (number | "nothing")[]): { asked: number } {
  const told = { asked: 0 };
  vi.stubGlobal("fetch", async () => {
    const answer = answers[told.asked++] ?? "nothing";
    if (answer === "nothing") throw new TypeError("no line");
    return new Response("{}", { status: answer });
  });
  return told;
}

const settled = (answer: Promise<unknown>) => Promise.all([answer, vi.runAllTimersAsync()]);

test("an issuer that is out of order for a moment is asked again", async () => {
  const told = issuer("nothing", 503, 200);
  await settled(answerOf("/token").then(({ status }) => expect(status).toBe(200)));
  expect(told.asked).toBe(3);
});

test("a refusal is an answer, and is not asked for twice", async () => {
  const told = issuer(400);
  await settled(answerOf("/token").then(({ status }) => expect(status).toBe(400)));
  expect(told.asked).toBe(1);
});

test("an issuer that stays silent is said to be so, instead of an empty page for ever", async () => {
  issuer();
  await settled(expect(answerOf("/token")).rejects.toThrow("the issuer answers nothing"));
});
