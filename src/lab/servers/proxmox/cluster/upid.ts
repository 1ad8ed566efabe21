/** What a task is named by (PVE::Tools::upid_encode); times are epoch seconds, world time. */
export interface TaskName {
  node: string;
  pid: number;
  /** When the process started, in ticks since the node did. */
  processStart: number;
  startedAt: number;
  type: string;
  /** The guest, storage or other thing; empty when it is about the node. */
  id: string;
  user: string;
}

const hexadecimal = (value: number) => value.toString(16).toUpperCase().padStart(8, "0");

/** The name of a task in one line, as every call takes and gives it. */
export function encodeUpid({ node, pid, processStart, startedAt, type, id, user }: TaskName): string {
  return ["UPID", node, ...[pid, processStart, startedAt].map(hexadecimal), type, id, user, ""].join(":");
}

/** What an UPID has to look like. */
export const upidPattern =
  /^UPID:([a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?):[0-9A-Fa-f]{8}:[0-9A-Fa-f]{8,9}:[0-9A-Fa-f]{8}:[^:\s]+:[^:\s]*:[^:\s]+:$/;
