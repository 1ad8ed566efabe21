import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OpsError } from "../../../shared/errors.ts";
import type { Estate } from "../../../shared/estate.ts";
import type { JournalEvent, NewJournalEvent } from "../../../shared/journal.ts";
import { text } from "../../../shared/text.ts";
import { parseHostKey } from "../host-key.ts";
import { KnownHosts } from "../known-hosts.ts";
import { Questions } from "../questions.ts";
import type { SshTarget } from "../reach.ts";
import { SshReach, type SshReachParts } from "../ssh-reach.ts";
import type { TestServer } from "./ssh-server.ts";

/** Everything that SshReach needs, in memory and in a folder of its own, with a journal to look into. */
export class Surroundings {
  readonly folder = mkdtempSync(join(tmpdir(), "passerelle-reach-"));
  readonly events: NewJournalEvent[] = [];
  readonly secrets = new Map<string, string>([["keychain:right", "right"]]);
  readonly knownHosts: KnownHosts;
  readonly questions: Questions;
  readonly reach: SshReach;
  /** Set to make every journal write fail. */
  journalFull = false;
  /** Or only those of one type. */
  failingType: string | null = null;
  resolved = 0;

  constructor(options: { interactive?: boolean } & Partial<SshReachParts> = {}) {
    this.knownHosts = options.knownHosts ?? new KnownHosts({ own: join(this.folder, "known_hosts") });
    this.questions = new Questions({ interactive: options.interactive ?? true, now: () => 0 });
    this.reach = new SshReach({
      knownHosts: this.knownHosts,
      questions: this.questions,
      now: () => 0,
      environment: {},
      journal: { write: (event) => this.#write(event) },
      secrets: {
        resolve: async (reference) => {
          this.resolved++;
          const value = this.secrets.get(reference);
          if (value === undefined) throw secretUnknown();
          return { reveal: () => value };
        },
      },
      ...options,
      limits: { backoff: { first: 5, longest: 20 }, ...options.limits },
    });
  }

  /** The estate's hops and allowlists. */
  update(hops: Estate["reach"]["hops"], allowlists: Estate["reach"]["allowlists"] = {}): void {
    this.reach.update({ hops, allowlists });
  }

  /** A target at a fixture server; its host key is made known unless told. */
  target(server: { port: number; hostKey?: Buffer }, more: Partial<SshTarget> = {}): SshTarget {
    const target: SshTarget = {
      id: "tower-a",
      name: "tower-a.example",
      address: "127.0.0.1",
      port: server.port,
      user: "operator",
      authentication: [{ password: "keychain:right" }],
      via: null,
      allowlist: null,
      hostKey: null,
      ...more,
    };
    if (server.hostKey) this.know(server.hostKey, target);
    return target;
  }

  know(blob: Buffer, place: { address: string; port: number }): void {
    const key = parseHostKey(blob);
    if (key) this.knownHosts.add(place.address, place.port, key);
  }

  types(): string[] {
    return this.events.map(({ type }) => type);
  }

  async close(): Promise<void> {
    await this.reach.close();
    rmSync(this.folder, { recursive: true });
  }

  #write(event: NewJournalEvent): JournalEvent {
    if (this.journalFull || event.type === this.failingType) throw journalFull();
    this.events.push(event);
    return {
      ...event,
      sequence: this.events.length,
      at: 0,
      actor: "",
      workstation: "",
      previousHash: "",
      hash: "",
    };
  }
}

/** A hop of the estate at a fixture server. */
export function hopAt(
  server: TestServer,
  more: Partial<Estate["reach"]["hops"][string]> = {},
): Estate["reach"]["hops"][string] {
  return {
    address: "127.0.0.1",
    port: server.port,
    user: "jump",
    authentication: [{ password: "keychain:right" }],
    ...more,
  };
}

/** The OpsError that a promise fails with; fails the test when it succeeds or throws anything else. */
export async function faultOf(work: Promise<unknown>): Promise<OpsError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof OpsError) return error;
    throw error;
  }
  throw new Error("should have failed");
}

/** Options for a command that nothing interrupts. */
export function within(deadline = 10_000): { signal: AbortSignal; deadline: number } {
  return { signal: new AbortController().signal, deadline };
}

function secretUnknown(): OpsError {
  return new OpsError({
    code: "secrets.unknown",
    system: "secrets",
    message: text("The secret is not stored.", "Le secret n'est pas enregistré."),
    hint: text("Store it.", "Enregistrez-le."),
  });
}

function journalFull(): OpsError {
  return new OpsError({
    code: "journal.cannot-write",
    system: "journal",
    message: text("The journal cannot be written.", "Le journal ne peut pas être écrit."),
    hint: text("Free some space.", "Libérez de l'espace."),
  });
}
