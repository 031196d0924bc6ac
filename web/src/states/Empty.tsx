import { IconInbox } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Notice } from "./Notice";

/** Nothing there (yet): says what would be there and, as children, how to make the first one. */
export function Empty({ title, text, children }: { title: string; text?: string; children?: ReactNode }) {
  return (
    <Notice icon={IconInbox} title={title} text={text}>
      {children}
    </Notice>
  );
}
