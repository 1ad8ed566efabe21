import type { Entry } from "./entry.ts";

/** Someone who is told of changes and reads later; `mark` is called for each changed resource, `wake` after all. */
export interface Reader {
  mark(entry: Entry): void;
  wake(): void;
}

/** What a follower reads of a resource without its whole picture being made. */
export type Followed = Pick<
  Entry,
  | "id"
  | "declaration"
  | "declarations"
  | "contributions"
  | "nameKey"
  | "health"
  | "stale"
  | "fact"
  | "maintenance"
  | "removed"
>;
