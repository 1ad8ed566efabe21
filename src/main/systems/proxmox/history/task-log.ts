import type { RemoteTaskLog } from "../../../../shared/remote-tasks.ts";
import type { ProxmoxClient } from "../client/session.ts";
import { readUpid } from "../client/upid.ts";
import { fieldsOf, listOf, numberAt, wordsAt } from "../client/values.ts";

export interface TaskLogParts {
  client: ProxmoxClient;
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
}

const pageSize = 500;
/** Milliseconds between two questions. */
const pause = 1000;
/** A task that writes without end is not followed without end. */
const mostLines = 200_000;
const longestLine = 4000;

/** Whether a task of that identifier has a log; what is none is not asked for. */
export function hasTaskLog(task: string): boolean {
  return readUpid(task) !== null;
}

/**
 * The log of a task from its beginning, as it grows, until it or the signal ends; its last line says how it ended. Throws
 * OpsErrors: `proxmox.gone` for a task that its node does not know.
 */
export async function* taskLog(
  { client, wait }: TaskLogParts,
  task: string,
  signal: AbortSignal,
): AsyncGenerator<RemoteTaskLog, void> {
  const upid = readUpid(task);
  if (!upid) return;
  const at = { node: upid.node, upid: task };
  let told = 0;
  while (!signal.aborted) {
    // Whether it has ended is asked before its lines are: then these are all of them.
    const status = fieldsOf(await client.call({ request: "taskStatus", at, signal }));
    const ended = wordsAt(status, "status") === "stopped";
    for (;;) {
      const { lines, isLast } = await readLogPage(client, at, told, signal);
      told += lines.length;
      const isOver = (ended && isLast) || told >= mostLines;
      if (lines.length > 0 || isOver) yield { lines, ended: isOver };
      if (isOver) return;
      if (isLast) break;
    }
    await wait(pause, signal).catch(() => undefined);
  }
}

/** The lines of a task's log after the first `told`; `isLast` when there are no more for now. Throws OpsErrors. */
export async function readLogPage(
  client: Pick<ProxmoxClient, "call">,
  at: { node: string; upid: string },
  told: number,
  signal: AbortSignal,
): Promise<{ lines: string[]; isLast: boolean }> {
  const parameters = { start: told, limit: pageSize };
  const page = listOf(await client.call({ request: "taskLog", at, parameters, signal }));
  const lines = linesOf(page, told);
  return { lines, isLast: page.length < pageSize || lines.length === 0 };
}

/** The lines after those that were told. A log without any has one line that says so, which is none of it. */
function linesOf(page: ReturnType<typeof listOf>, told: number): string[] {
  const lines = page.flatMap((entry) => {
    const number = numberAt(entry, "n");
    const isNew = number === null || number > told;
    // Lines are shown as text: control characters would only confuse.
    return isNew ? [(wordsAt(entry, "t") ?? "").replace(/\p{Cc}/gu, "").slice(0, longestLine)] : [];
  });
  return told === 0 && lines.length === 1 && lines[0] === "no content" ? [] : lines;
}
