import { type LogRequest, logRequestSchema } from "../../../shared/logs.ts";

/** How far back a log is read at first: so many lines of each container, or so many seconds, or all of it. */
export const ranges = {
  "lines-2000": { tail: 2000, since: null },
  "minutes-5": { tail: null, since: 300 },
  "hours-1": { tail: null, since: 3600 },
  "days-1": { tail: null, since: 86_400 },
  everything: { tail: null, since: null },
} as const satisfies Record<string, Pick<LogRequest, "tail" | "since">>;
export type Range = keyof typeof ranges;
export const rangesInOrder = Object.keys(ranges) as Range[];

/** What of a log is asked for besides the resources. */
export interface LogChoice {
  container: string | null;
  previous: boolean;
  range: Range;
}
export const firstChoice: LogChoice = { container: null, previous: false, range: "lines-2000" };

/** What main is asked to open. What ended with a restart of its container grows no more. */
export function requestOf(
  resources: readonly string[],
  { container, previous, range }: LogChoice,
): LogRequest {
  return { resources: [...resources], container, previous, ...ranges[range], follow: !previous };
}

/** The resources that a link names, each once; none when they are more than main takes. */
export function resourcesOf(query: URLSearchParams): string[] {
  const ids = [...new Set(query.getAll("on"))];
  const parsed = logRequestSchema.shape.resources.safeParse(ids);
  return parsed.success ? parsed.data : [];
}
