/** What recipients are called in the reader's language. */
import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { allTeams, everybody } from "~/people/queries";
import { useSession } from "~/session/SessionContext";
import { namesOf } from "./recipients";

export function useRecipientNames(): (word: string) => string {
  const { t } = useTranslation("rules");
  const { person } = useSession();
  const people = useQuery(everybody).data;
  const teams = useQuery(allTeams).data;
  const names = useMemo(() => namesOf(people ?? [], teams ?? []), [people, teams]);
  return useCallback(
    (word) => {
      if (word === "owner") return t("owner");
      if (word === `subject:${person.subject}`) return t("me");
      return names.get(word) ?? word.slice(word.indexOf(":") + 1);
    },
    [t, names, person.subject],
  );
}
