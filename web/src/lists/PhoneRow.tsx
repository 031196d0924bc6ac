/** A row on a phone, two lines: what it is called and what is known of it, with figures at their ends where there are some. */
import classes from "./PhoneRow.module.css";
import { RowLink } from "./RowLink";

interface PhoneRowProps {
  /** Where a tap goes; nowhere for what has been deleted. */
  to?: string | undefined;
  name: string;
  figure?: string;
  about: readonly (string | null | undefined)[];
  state?: string;
}

export function PhoneRow({ to, name, figure, about, state }: PhoneRowProps) {
  const lines = (
    <>
      <span className={classes["name"]}>{name}</span>
      <span className={classes["figure"]}>{figure}</span>
      <span className={classes["about"]}>{about.filter(Boolean).join(" · ") || "—"}</span>
      <span className={classes["state"]}>{state}</span>
    </>
  );
  if (!to) return <span className={classes["row"]}>{lines}</span>;
  return (
    <RowLink to={to} className={classes["row"]}>
      {lines}
    </RowLink>
  );
}
