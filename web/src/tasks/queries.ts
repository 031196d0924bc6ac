/** What the tasks' view asks, and what can be done with a task. */
import { infiniteQueryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { got, pipeline, seen } from "~/api/client";
import { type Change, withRecord } from "~/api/optimistic";
import { given, onward } from "~/api/pages";
import type { Pipeline } from "~/api/record";
import { useRefused } from "~/states/useRefused";

export type Task = Pipeline["TaskView"];
export type NewTask = Pipeline["CreateTask"];
export const WHEN = ["overdue", "today", "upcoming"] as const;
export type When = (typeof WHEN)[number];

const PAGE = 50;

interface Wanted {
  when?: When;
  status?: "done";
  mine: boolean;
  deal?: string;
}

export const taskPages = (wanted: Wanted) =>
  infiniteQueryOptions({
    queryKey: ["tasks", wanted],
    queryFn: ({ pageParam }) => {
      const sort = wanted.status === "done" ? ("-updated_at" as const) : ("due" as const);
      const query = given({ ...wanted, sort, limit: PAGE, cursor: pageParam });
      return got(pipeline.GET("/api/v1/tasks", { params: { query } }));
    },
    ...onward,
  });

interface Written {
  id: string;
  version: number;
}

const paramsOf = (id: string, version: { version: number }) => ({
  path: { task_id: id },
  header: seen(version),
});

/** Done, or not done after all; shows at once. */
export const ticking: Change<Task, Written> = {
  thing: "task",
  roots: ["tasks"],
  alsoStale: ["timeline"],
  id: ({ id }) => id,
  version: ({ version }) => version,
  show: (data, { id, status }) =>
    withRecord<Task>(data, id, (task) => ({ ...task, status: status === "open" ? "done" : "open" })),
  write: ({ id, status }, version) => {
    const params = paramsOf(id, version);
    return (
      status === "open"
        ? got(pipeline.POST("/api/v1/tasks/{task_id}/complete", { params, body: {} }))
        : got(pipeline.POST("/api/v1/tasks/{task_id}/reopen", { params }))
    ) as Promise<Written>;
  },
};

interface Due {
  task: Task;
  due: string;
}

/** Another day; shows at once. */
export const rescheduling: Change<Due, Written> = {
  thing: "task",
  roots: ["tasks"],
  alsoStale: ["timeline"],
  id: ({ task }) => task.id,
  version: ({ task }) => task.version,
  show: (data, { task, due }) => withRecord<Task>(data, task.id, (record) => ({ ...record, due })),
  write: ({ task, due }, version) =>
    got(
      pipeline.POST("/api/v1/tasks/{task_id}/reschedule", {
        params: paramsOf(task.id, version),
        body: { due },
      }),
    ) as Promise<Written>,
};

function useTaskWrite<Wish>(write: (wish: Wish) => Promise<unknown>) {
  const client = useQueryClient();
  const refused = useRefused();
  return useMutation({
    mutationFn: write,
    onError: refused,
    onSettled: () =>
      Promise.all(["tasks", "timeline"].map((root) => client.invalidateQueries({ queryKey: [root] }))),
  });
}

export const useCreateTask = () =>
  useTaskWrite((body: NewTask) => got(pipeline.POST("/api/v1/tasks", { body })));

export const useCancelTask = () =>
  useTaskWrite((task: Task) =>
    got(pipeline.POST("/api/v1/tasks/{task_id}/cancel", { params: paramsOf(task.id, task), body: {} })),
  );
