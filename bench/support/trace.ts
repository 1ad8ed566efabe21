import { z } from "zod";

const traceSchema = z.object({
  traceEvents: z.array(
    z.object({
      name: z.string(),
      ph: z.string(),
      pid: z.number(),
      tid: z.number(),
      dur: z.number().optional(),
      tdur: z.number().optional(),
      args: z.looseObject({ name: z.unknown().optional() }).optional(),
    }),
  ),
});

/** What to trace so that `mainThreadTasks` has what it needs. */
export const taskCategories = ["devtools.timeline", "disabled-by-default-devtools.timeline"];

/** The tasks of a page's main thread. Milliseconds; `cpu` is what the longest by CPU time took of it. */
export interface MainThreadTasks {
  longest: number;
  longestCpu: number;
  over50: number;
  total: number;
}

/**
 * Reads the tasks of the busiest page from a Chromium trace (Trace Event Format, complete events). Throws when there
 * are none: a trace that measured nothing must not read as a quick page.
 */
export function mainThreadTasks(trace: string): MainThreadTasks {
  const { traceEvents } = traceSchema.parse(JSON.parse(trace));
  const threads = new Set(
    traceEvents
      .filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain")
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const byThread = new Map<string, MainThreadTasks>();
  for (const { name, ph, pid, tid, dur = 0, tdur = 0 } of traceEvents) {
    const thread = `${pid} ${tid}`;
    if (ph !== "X" || name !== "RunTask" || !threads.has(thread)) continue;
    const tasks = byThread.get(thread) ?? { longest: 0, longestCpu: 0, over50: 0, total: 0 };
    byThread.set(thread, {
      longest: Math.max(tasks.longest, dur / 1000),
      longestCpu: Math.max(tasks.longestCpu, tdur / 1000),
      over50: tasks.over50 + (dur > 50_000 ? 1 : 0),
      total: tasks.total + dur / 1000,
    });
  }
  const [busiest] = [...byThread.values()].sort((one, other) => other.total - one.total);
  if (!busiest) throw new Error("the trace holds no task of a page");
  return busiest;
}
