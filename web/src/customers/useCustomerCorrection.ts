/** Correct fields of a customer, its parent among them; what others changed meanwhile is put together with it. */
import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { useChange } from "~/api/optimistic";
import { type Correction, useCorrection } from "~/facts/useCorrection";
import { type CustomerRecord, correction, fresh, oneCustomer } from "./queries";

export function useCustomerCorrection(): Correction<CustomerRecord> {
  const client = useQueryClient();
  const change = useChange(correction);
  const current = useCallback(
    async (id: string) => {
      const now = await fresh(id);
      client.setQueryData(oneCustomer(id).queryKey, now);
      return now;
    },
    [client],
  );
  return useCorrection<CustomerRecord>({ change, fresh: current });
}
