/** Who is signed in, for every view. */
import { createContext, useContext } from "react";
import type { Role, Session } from "./session";

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("useSession is for views below the sign-in");
  return session;
}

/** Whether the person has one of these roles. Only to hide what would be refused: the services decide. */
export function useRole(...roles: Role[]): boolean {
  return useSession().person.roles.some((role) => roles.includes(role));
}
