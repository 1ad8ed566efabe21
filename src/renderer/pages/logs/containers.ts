import type { LogSourceState } from "../../../shared/logs.ts";

/** The containers that sources are named after: `api-7d4/web` is container `web`; a pod with one names none. */
export function containersOf(sources: readonly LogSourceState[]): string[] {
  const names = sources.map(({ name }) => name.split("/")[1]).filter((name) => name !== undefined);
  return [...new Set(names)].sort();
}
