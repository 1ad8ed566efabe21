import { expect, test } from "vitest";
import { mainThreadTasks } from "./trace.ts";

const thread = (pid: number, name: string) => ({
  name: "thread_name",
  ph: "M",
  pid,
  tid: 1,
  args: { name },
});
const task = (pid: number, milliseconds: number, cpu = milliseconds) => ({
  name: "RunTask",
  ph: "X",
  pid,
  tid: 1,
  dur: milliseconds * 1000,
  tdur: cpu * 1000,
});
const trace = (...traceEvents: object[]) => JSON.stringify({ traceEvents });

test("finds the longest task of the busiest page", () => {
  const tasks = mainThreadTasks(
    trace(
      thread(1, "CrRendererMain"),
      thread(2, "CrRendererMain"),
      thread(3, "CrBrowserMain"),
      task(1, 10, 9),
      task(1, 60, 20),
      task(2, 30),
      task(3, 500),
      { ...task(1, 900), name: "FunctionCall" },
    ),
  );
  expect(tasks).toEqual({ longest: 60, longestCpu: 20, over50: 1, total: 70 });
});

test("does not take a trace without tasks for a quick page", () => {
  expect(() => mainThreadTasks(trace(thread(1, "CrRendererMain")))).toThrow("no task");
  expect(() => mainThreadTasks("{}")).toThrow();
});
