import { MantineProvider } from "@mantine/core";
import { act, fireEvent, render, screen } from "@testing-library/react";
import { useState } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FindBox } from "./FindBox";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function List() {
  const [words, ask] = useState<string>();
  return (
    <MantineProvider>
      <FindBox label="Find" words={words} onAsk={ask} />
      <output>{words ?? "all"}</output>
      <button type="button" onClick={() => ask("Globex")}>
        saved view
      </button>
    </MantineProvider>
  );
}

const typed = (text: string) => {
  fireEvent.change(screen.getByRole("searchbox"), { target: { value: text } });
  act(() => void vi.advanceTimersByTime(1000));
};

test("the box keeps the focus and its text while the list is asked", () => {
  render(<List />);
  const box = screen.getByRole("searchbox");
  box.focus();
  typed("Ac ");
  expect(screen.getByRole("status").textContent).toBe("Ac");
  expect(document.activeElement).toBe(box);
  expect(box).toHaveProperty("value", "Ac ");
  typed("");
  expect(screen.getByRole("status").textContent).toBe("all");
  expect(document.activeElement).toBe(box);
});

test("what the address says from elsewhere stands in the box", () => {
  render(<List />);
  typed("Acme");
  fireEvent.click(screen.getByText("saved view"));
  expect(screen.getByRole("searchbox")).toHaveProperty("value", "Globex");
});
