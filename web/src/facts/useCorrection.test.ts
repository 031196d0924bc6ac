import { act, renderHook } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { Problem } from "~/api/problem";
import { useCorrection } from "./useCorrection";

const base = { id: "a", version: 1, name: "Acme", region: "Bonn" };
const stale = new Problem(412, { code: "wrong-version" });

test("what others changed elsewhere is kept and mine is written on top of it", async () => {
  const theirs = { ...base, version: 2, name: "Acme AG" };
  const change = vi.fn().mockRejectedValueOnce(stale).mockResolvedValueOnce({});
  const { result } = renderHook(() => useCorrection({ change, fresh: async () => theirs }));
  await act(() => result.current.save(base, { region: "Ulm" }));
  expect(change).toHaveBeenLastCalledWith({ base: theirs, fields: { region: "Ulm" } });
  expect(result.current.conflicts).toEqual([]);
});

test("a field that both changed is asked for, and the choice is written on top of theirs", async () => {
  const theirs = { ...base, version: 2, region: "Köln" };
  const change = vi.fn().mockRejectedValueOnce(stale).mockResolvedValueOnce({});
  const { result } = renderHook(() => useCorrection({ change, fresh: async () => theirs }));
  await act(() => result.current.save(base, { region: "Ulm" }));
  expect(result.current.conflicts).toEqual([{ field: "region", base: "Bonn", mine: "Ulm", theirs: "Köln" }]);
  await act(() => result.current.choose({ region: "Ulm" }));
  expect(change).toHaveBeenLastCalledWith({ base: theirs, fields: { region: "Ulm" } });
});

test("a refusal that is no conflict is passed on", async () => {
  const refused = new Problem(422, { code: "validation-failed" });
  const { result } = renderHook(() =>
    useCorrection({ change: () => Promise.reject(refused), fresh: async () => base }),
  );
  await expect(result.current.save(base, { region: "" })).rejects.toBe(refused);
});
