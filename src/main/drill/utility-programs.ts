import type { DrillProgram, StartProgram } from "./programs.ts";

/** What is used of Electron's utility process, which has no standard input. Source: electronjs.org/docs/latest/api/utility-process. */
export interface UtilityProcess {
  readonly stdout: { on(event: "data", listener: (chunk: Uint8Array) => void): unknown } | null;
  once(event: "exit", listener: () => void): unknown;
  postMessage(message: unknown): void;
  kill(): boolean;
}

/** Milliseconds that a program has to end in order. */
const patience = 10_000;
/** A line that is longer is none of ours. */
const longestLine = 1024 * 1024;

/** What a program in a utility process is told in place of what others read on their standard input. */
export const utilityOrders = { nudge: "another-link", end: "end" } as const;

/** Starts programs as utility processes: a shipped Electron cannot run as plain Node. They end with it by themselves. */
export function utilityPrograms(
  fork: (program: string, words: readonly string[]) => UtilityProcess,
): StartProgram {
  return (program, words) => {
    // There is no standard input that could end with the parent.
    const child = fork(
      program,
      words.filter((word) => word !== "--with-parent"),
    );
    const listeners = new Set<(line: string) => void>();
    const exited = new Promise<void>((resolve) => child.once("exit", resolve));
    const decoder = new TextDecoder();
    let rest = "";
    child.stdout?.on("data", (chunk) => {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = (lines.pop() ?? "").slice(-longestLine);
      for (const line of lines) for (const listener of listeners) listener(line);
    });
    return {
      onLine: (listener) => void listeners.add(listener),
      nudge: () => child.postMessage(utilityOrders.nudge),
      exited,
      async stop() {
        child.postMessage(utilityOrders.end);
        const late = setTimeout(() => child.kill(), patience);
        await exited;
        clearTimeout(late);
      },
    } satisfies DrillProgram;
  };
}

/**
 * Hears what the parent of a utility process orders, where this is one; false where it is not. Source:
 * electronjs.org/docs/latest/api/parent-port.
 */
export function hearOrders(orders: { nudge(): void; end(): void }, of: object = process): boolean {
  const port: unknown = Reflect.get(of, "parentPort");
  if (typeof port !== "object" || port === null || !("on" in port) || typeof port.on !== "function")
    return false;
  port.on("message", ({ data }: { data: unknown }) => {
    if (data === utilityOrders.nudge) orders.nudge();
    if (data === utilityOrders.end) orders.end();
  });
  return true;
}
