import { expect, test } from "vitest";
import { recipientOf, wordOf } from "./recipients";

test("a recipient's word stands for the same recipient again", () => {
  const recipients = [
    { kind: "owner" },
    { kind: "subject", subject: "a:b" },
    { kind: "person", person_id: "0198c0de-0000-7000-8000-000000000001" },
    { kind: "team", team_id: "0198c0de-0000-7000-8000-000000000002" },
  ] as const;
  expect(recipients.map((each) => recipientOf(wordOf(each)))).toEqual(recipients);
});
