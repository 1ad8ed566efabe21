import { z } from "zod";
import type { ClusterAccess } from "./cluster-access.ts";

const eventSchema = z.object({
  type: z.string().catch(""),
  reason: z.string().max(200).catch(""),
  message: z.string().catch(""),
  count: z.number().catch(1).default(1),
  lastTimestamp: z.string().nullable().catch(null).default(null),
  eventTime: z.string().nullable().catch(null).default(null),
  involvedObject: z
    .object({
      kind: z.string().max(100).catch(""),
      namespace: z.string().max(300).catch("").default(""),
      name: z.string().max(300).catch(""),
    })
    .catch({ kind: "", namespace: "", name: "" }),
});
const listSchema = z.object({ items: z.array(z.unknown()) });

const mostShown = 20;

/**
 * The last warnings of a cluster in words, newest first. At most five hundred events are asked for, and nothing waits for
 * them: there may be tens of thousands. Throws what KubernetesApi throws.
 */
export async function lastWarnings(
  access: ClusterAccess,
  namespaces: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  const paths =
    namespaces.length === 0
      ? ["/api/v1/events"]
      : namespaces.map((name) => `/api/v1/namespaces/${name}/events`);
  const found: { at: number; words: string }[] = [];
  for (const path of paths) {
    const body = await access.ask({ path, query: { limit: 500, fieldSelector: "type=Warning" }, signal });
    found.push(...readWarnings(body));
  }
  return found
    .sort((one, other) => other.at - one.at)
    .slice(0, mostShown)
    .map(({ words }) => words);
}

/** Reads a list of events; what is no warning or has no object is left out. */
export function readWarnings(body: unknown): { at: number; words: string }[] {
  const list = listSchema.safeParse(body);
  if (!list.success) return [];
  return list.data.items.flatMap((item) => {
    const parsed = eventSchema.safeParse(item);
    if (!parsed.success || parsed.data.type !== "Warning") return [];
    const { involvedObject: about, reason, message, count, lastTimestamp, eventTime } = parsed.data;
    const at = Date.parse(lastTimestamp ?? eventTime ?? "");
    const place = about.namespace === "" ? about.name : `${about.namespace}/${about.name}`;
    const clean = message.replace(/[\p{Cc}\p{Cf}]+/gu, " ").slice(0, 300);
    const times = count > 1 ? ` (×${count})` : "";
    return [{ at: Number.isNaN(at) ? 0 : at, words: `${about.kind} ${place}: ${reason} ${clean}${times}` }];
  });
}
