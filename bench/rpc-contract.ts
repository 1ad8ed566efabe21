import type { MessagePort } from "node:worker_threads";
import { eventIterator, oc } from "@orpc/contract";
import { z } from "zod";
import { type ListRow, listRowSchema } from "../src/shared/live.ts";
import type { PortEnd } from "../src/shared/port-channel.ts";

/** What the RPC benchmark calls: a stream of rows validated as the console's lists are, an echo, an endless stream. */
export const benchContract = {
  rows: oc
    .input(z.object({ total: z.int(), batch: z.int() }))
    .output(eventIterator(z.object({ rows: z.array(listRowSchema) }))),
  echo: oc.input(z.object({ id: z.string() })).output(z.object({ id: z.string() })),
  endless: oc.output(eventIterator(z.object({ rows: z.array(listRowSchema) }))),
};

/** What the consumer's thread is told to do, one job at a time. */
export type Job =
  | { kind: "stream"; side: "ours" | "peer"; total: number; batch: number }
  | { kind: "echo"; side: "ours" | "peer"; calls: number }
  | { kind: "stall"; paced: boolean; milliseconds: number }
  | { kind: "cancel" };

/** What it answers: milliseconds (stream), microseconds a call (echo), bytes grown (stall), the time it left (cancel). */
export interface JobResult {
  value: number;
}

/** Rows as a list of hosts has them, different from each other. */
export function makeRows(total: number): ListRow[] {
  return Array.from({ length: total }, (_, index) => ({
    id: `hosts/host-${index}`,
    kind: "host",
    name: `host-${index}.atelier.example`,
    system: "hosts",
    parent: index % 4 === 0 ? null : `hosts/tower-${index % 40}`,
    site: `site-${index % 7}`,
    environment: index % 2 === 0 ? "production" : "staging",
    health: index % 50 === 0 ? "critical" : "ok",
    stale: index % 90 === 0,
    seenAt: 1_760_000_000_000 + index,
    problem: index % 50 === 0 ? { en: "A disk is failing.", fr: "Un disque est défaillant." } : null,
    cells: { "os.name": "Debian GNU/Linux 12", "load.one": index / 100, "memory.used": index % 100 },
  }));
}

/** A worker thread's port as the shells' port channels take it. */
export function workerPort(port: MessagePort): PortEnd {
  return {
    postMessage: (message) => port.postMessage(message),
    close: () => port.close(),
    listen(message, disconnected) {
      port.on("message", message);
      port.on("close", disconnected);
    },
  };
}
