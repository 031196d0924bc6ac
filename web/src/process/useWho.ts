/** Who did something: a person's name for the subject that a history names; a program's subject as it is. */
import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { whoIsWho } from "./queries";

export function useWho(): (subject: string) => string {
  const names = useQuery(whoIsWho).data;
  return useCallback((subject) => names?.get(subject) ?? subject, [names]);
}
