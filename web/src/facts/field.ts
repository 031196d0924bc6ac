/** A field of a record that can be corrected where it stands. */
export interface Field {
  name: string;
  label: string;
  kind: "text" | "long" | "number" | "money" | "choice";
  options?: readonly { value: string; label: string }[];
  /** How the phone's keyboard helps. */
  mode?: "tel" | "email" | "url" | "numeric";
  required?: boolean;
}

export interface MoneyValue {
  amount: string;
  currency: string;
}

/** What is written for what was typed; an emptied field is cleared. */
export function written(field: Field, typed: string, currency: string): unknown {
  const text = typed.trim();
  if (text === "") return null;
  if (field.kind === "number") return Number(text);
  return field.kind === "money" ? { amount: text, currency } : text;
}

/** What stands in the box when one begins to type. */
export function typedOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? (value as MoneyValue).amount : String(value);
}
