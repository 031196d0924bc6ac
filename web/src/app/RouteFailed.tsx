/** A view that broke: the rest of the page lives on, and it can be tried again. */
import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { Failed } from "~/states/Failed";

export function RouteFailed({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const again = () => {
    reset();
    return router.invalidate();
  };
  return <Failed error={error} again={again} />;
}
