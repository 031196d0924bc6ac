/** Change who is linked to a customer. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRefused } from "~/states/useRefused";

export function useContactChange() {
  const client = useQueryClient();
  const refused = useRefused();
  return useMutation({
    mutationFn: (write: () => Promise<unknown>) => write(),
    onError: refused,
    onSettled: () =>
      Promise.all(["contacts", "timeline"].map((root) => client.invalidateQueries({ queryKey: [root] }))),
  });
}
