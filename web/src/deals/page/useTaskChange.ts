/** Changes of a task that take one tap, shown at once. */
import { useCallback } from "react";
import { got, pipeline, seen } from "~/api/client";
import { type Change, useChange, withRecord } from "~/api/optimistic";
import { useRefused } from "~/states/useRefused";
import type { Written } from "../fields/values";
import type { Task } from "./Tasks";

export type TaskDeed = "complete" | "reopen" | "cancel" | "tomorrow" | "nextWeek";

interface TaskWish {
  task: Task;
  deed: TaskDeed;
}

const DAYS = { tomorrow: 1, nextWeek: 7 } as const;

const changed: Change<TaskWish, Written> = {
  thing: "task",
  id: ({ task }) => task.id,
  version: ({ task }) => task.version,
  roots: ["tasks"],
  show: (data, { task, deed }) =>
    withRecord<Task>(data, task.id, (record) => ({ ...record, ...after(deed) })),
  write: ({ task, deed }, version) => write(task.id, deed, version),
};

function after(deed: TaskDeed): Partial<Task> {
  switch (deed) {
    case "complete":
      return { status: "done" };
    case "reopen":
      return { status: "open" };
    case "cancel":
      return { status: "cancelled" };
    default:
      return { due: inDays(DAYS[deed]), overdue: false };
  }
}

function write(task_id: string, deed: TaskDeed, version: { version: number }): Promise<Written> {
  const params = { path: { task_id }, header: seen(version) };
  switch (deed) {
    case "complete":
      return got(pipeline.POST("/api/v1/tasks/{task_id}/complete", { params, body: {} }));
    case "reopen":
      return got(pipeline.POST("/api/v1/tasks/{task_id}/reopen", { params }));
    case "cancel":
      return got(pipeline.POST("/api/v1/tasks/{task_id}/cancel", { params, body: {} }));
    default: {
      const body = { due: inDays(DAYS[deed]) };
      return got(pipeline.POST("/api/v1/tasks/{task_id}/reschedule", { params, body }));
    }
  }
}

/** The day so many days from today where the reader is, as YYYY-MM-DD. */
export function inDays(days: number): string {
  const day = new Date();
  day.setDate(day.getDate() + days);
  const padded = (part: number) => String(part).padStart(2, "0");
  return `${day.getFullYear()}-${padded(day.getMonth() + 1)}-${padded(day.getDate())}`;
}

export function useTaskChange(): (task: Task, deed: TaskDeed) => Promise<void> {
  const change = useChange(changed);
  const refused = useRefused();
  return useCallback((task, deed) => change({ task, deed }).then(() => {}, refused), [change, refused]);
}
