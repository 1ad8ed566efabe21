import type { ResourceKind } from "../../shared/resource.ts";

/** Kinds of which a selection's logs can be opened together. */
export const loggedKinds: ReadonlySet<ResourceKind> = new Set(["pod", "workload", "namespace", "node"]);

/** Resources that one page shows the logs of, at most. */
export const mostLogged = 200;

/** The page with these resources' logs, for links: `#/logs?on=…&on=…`. */
export function placeOfLogs(resources: readonly string[]): string {
  return `#/logs?${new URLSearchParams(resources.map((id) => ["on", id])).toString()}`;
}
