import type { ClusterAccess } from "../cluster-access.ts";
import { pageSize, pagesOf } from "../list-watch/pages.ts";
import { type ClusterEvent, readEvent, wordsOf } from "./event.ts";
import { Newest } from "./newest.ts";

const mostShown = 20;
/** Pages of five hundred: the server gives events by name, not by age. */
const mostPages = 10;

/**
 * The last warnings of a cluster in words, newest first. At most five thousand events of each namespace are looked
 * through, and nothing waits for them. Throws what KubernetesApi throws.
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
  const newest = new Newest<ClusterEvent>(mostShown);
  for (const path of paths) {
    const collection = { path, form: "objects", fieldSelector: "type=Warning" } as const;
    for await (const { items } of pagesOf(access.api, collection, {
      limit: pageSize,
      most: mostPages,
      signal,
    })) {
      for (const item of items) {
        const event = readEvent(item);
        if (event?.isWarning) newest.put(event);
      }
    }
  }
  return newest.list().map(({ about, reason, message, count }) => {
    const times = count > 1 ? ` (×${count})` : "";
    return `${wordsOf(about)}: ${reason} ${message.slice(0, 300)}${times}`;
  });
}
