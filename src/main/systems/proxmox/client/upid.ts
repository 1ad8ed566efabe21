/** What the identifier of a task says. */
export interface Upid {
  /** The identifier whole. */
  words: string;
  node: string;
  /** Epoch milliseconds, of whole seconds. */
  startedAt: number;
  /** Such as `qmigrate` or `vzdump`. */
  type: string;
  /** What it is about, mostly a VMID; empty where it is about its node. */
  subject: string;
  /** `USER@REALM`, with `!TOKEN` where it was one. */
  by: string;
}

/** `UPID:node:pid:pstart:starttime:type:id:user:`, numbers in hex (PVE::Tools::upid_decode). */
const pattern =
  /^UPID:([A-Za-z0-9](?:[A-Za-z0-9-]{0,62}[A-Za-z0-9])?):([0-9A-Fa-f]{8}):([0-9A-Fa-f]{8,9}):([0-9A-Fa-f]{8}):([^:\s]{1,100}):([^:\s]{0,200}):([^:\s]{1,200}):$/;

/** Reads the identifier of a task; null for what is none. */
export function readUpid(words: string): Upid | null {
  const match = words.length <= 700 ? pattern.exec(words) : null;
  if (!match) return null;
  const [, node = "", , , started = "", type = "", subject = "", by = ""] = match;
  return { words, node, startedAt: Number.parseInt(started, 16) * 1000, type, subject, by };
}
