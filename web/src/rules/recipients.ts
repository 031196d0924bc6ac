/** Recipients as a list of choices: one word for each, such as `owner`, `subject:lilei`, `team:<id>`. */
import type { Person, Team } from "~/people/queries";
import type { NewRule, Rule } from "./queries";

type Recipient = NewRule["recipients"][number];

/** The word of a recipient as notify answers it. */
export function wordOf(recipient: Rule["recipients"][number]): string {
  const { kind, subject, person_id, team_id } = recipient;
  const whom = subject ?? person_id ?? team_id;
  return whom ? `${kind}:${whom}` : String(kind);
}

/** The recipient that a word stands for. */
export function recipientOf(word: string): Recipient {
  const [kind, whom = ""] = [word.slice(0, word.indexOf(":")), word.slice(word.indexOf(":") + 1)];
  if (kind === "subject") return { kind, subject: whom };
  if (kind === "person") return { kind, person_id: whom };
  if (kind === "team") return { kind, team_id: whom };
  return { kind: "owner" };
}

/** A word as people read it. */
export function namesOf(people: readonly Person[], teams: readonly Team[]): ReadonlyMap<string, string> {
  return new Map([
    ...people.flatMap(({ id, name, subject }): [string, string][] => [
      [`person:${id}`, name],
      ...(subject ? [[`subject:${subject}`, name] as [string, string]] : []),
    ]),
    ...teams.map(({ id, name }): [string, string] => [`team:${id}`, name]),
  ]);
}
