/** All reports, room by room. */
import type { Kind } from "./kind";
import { OUTLOOK } from "./outlook";
import { PEOPLE } from "./people";
import { PROCESS } from "./process";
import { RESULTS } from "./results";

export const KINDS: readonly Kind[] = [...OUTLOOK, ...RESULTS, ...PROCESS, ...PEOPLE];

export const kindOf = (key: string): Kind | undefined => KINDS.find((one) => one.key === key);
