/** The link of a row to what it is about; the router's own costs several times as much, and a list makes dozens of them at a stroke. */
import { useRouter } from "@tanstack/react-router";
import type { MouseEvent, ReactNode } from "react";

interface RowLinkProps {
  to: string;
  className?: string | undefined;
  children: ReactNode;
}

export function RowLink({ to, className, children }: RowLinkProps) {
  const router = useRouter();
  const follow = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    void router.navigate({ href: to });
  };
  return (
    <a href={to} className={className} onClick={follow}>
      {children}
    </a>
  );
}
