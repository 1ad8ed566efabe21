import type { WireError } from "../../../../shared/errors.ts";
import type { Happening, Happenings } from "../../../../shared/happenings.ts";
import type { Looked } from "../../watched.ts";
import { printable } from "../client/exchange.ts";
import type { ProxmoxClient } from "../client/session.ts";
import { readUpid } from "../client/upid.ts";
import { type Fields, listOf, momentAt, numberAt, wordsAt } from "../client/values.ts";
import { endOf } from "../records.ts";

export interface HappeningParts {
  client: ProxmoxClient;
  /** What is looked at: everything, what happened on a node, or to a guest. */
  scope: { node?: string; guest?: number };
  guestResource(id: number): string | null;
  nodeResource(name: string): string | null;
  now(): number;
}

/** Milliseconds between two questions. */
const pause = 5000;
const mostAsked = 500;
const mostShown = 300;
/** Syslog priorities from emergency to warning (RFC 5424, 6.2.1). */
const gravestOk = 4;

/** The cluster's log: what was begun, how it ended, and who logged in, on every node; what repeats itself counts as one. */
export class HappeningsLooked implements Looked<Happenings> {
  readonly #parts: HappeningParts;
  #happenings: Happening[] = [];
  #readAt: number | null = null;
  #cut = false;

  constructor(parts: HappeningParts) {
    this.#parts = parts;
  }

  async look(signal: AbortSignal): Promise<void> {
    const { client, scope, now } = this.#parts;
    const log = await client.call({ request: "clusterLog", parameters: { max: mostAsked }, signal });
    const merged = new Map<string, Happening>();
    const entries = listOf(log);
    for (const entry of entries) {
      const read = this.#read(entry);
      if (!read) continue;
      const { node, guest, happening } = read;
      if (scope.node !== undefined && node !== scope.node) continue;
      if (scope.guest !== undefined && guest !== scope.guest) continue;
      const before = merged.get(happening.key);
      if (!before) {
        merged.set(happening.key, happening);
        continue;
      }
      before.at = Math.max(before.at, happening.at);
      before.firstAt = Math.min(before.firstAt, happening.at);
      before.count += 1;
    }
    const all = [...merged.values()].sort((one, other) => other.at - one.at);
    this.#happenings = all.slice(0, mostShown);
    this.#cut = all.length > mostShown || entries.length >= mostAsked;
    this.#readAt = now();
  }

  state(error: WireError | null): Happenings {
    return { happenings: this.#happenings, readAt: this.#readAt, cut: this.#cut, error };
  }

  pause(): number {
    return pause;
  }

  async close(): Promise<void> {}

  /** One line (pmxcfs' cluster log); null for what has neither words nor a moment. */
  #read(entry: Fields): { node: string; guest: number | null; happening: Happening } | null {
    const { guestResource, nodeResource } = this.#parts;
    const at = momentAt(entry, "time");
    const words = printable(wordsAt(entry, "msg") ?? "");
    if (at === null || words === "") return null;
    const node = printable(wordsAt(entry, "node") ?? "");
    const task = taskIn(words);
    const guest = task?.guest ?? guestIn(words);
    const happening: Happening = {
      key: `${node}\n${wordsAt(entry, "tag") ?? ""}\n${words}`,
      at,
      firstAt: at,
      count: 1,
      grave: task?.failed === true || (numberAt(entry, "pri") ?? 6) <= gravestOk,
      reason: task?.type ?? printable(wordsAt(entry, "tag") ?? "log"),
      subject: guest === null ? node : `${guest} (${node})`,
      resource: (guest === null ? null : guestResource(guest)) ?? nodeResource(node),
      text: words,
    };
    return { node, guest, happening };
  }
}

/** `starting task UPID:…` and `end task UPID:… OK`; what comes after an identifier is how the task ended. */
function taskIn(words: string): { type: string; guest: number | null; failed: boolean } | null {
  const [, verb, identifier = "", rest = ""] = /(starting|end) task (UPID:\S+:)\s?(.*)$/.exec(words) ?? [];
  const upid = readUpid(identifier);
  if (!upid) return null;
  const guest = /^\d{1,9}$/.test(upid.subject) ? Number(upid.subject) : null;
  return { type: upid.type, guest, failed: verb === "end" && endOf(rest) === "failed" };
}

function guestIn(words: string): number | null {
  const id = /\b(?:VM|CT|vm|ct)[ :](\d{1,9})\b/.exec(words)?.[1];
  return id === undefined ? null : Number(id);
}
