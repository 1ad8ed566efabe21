import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OpsError } from "../../../shared/errors.ts";
import type { JournalEvent, NewJournalEvent } from "../../../shared/journal.ts";
import type { Operators } from "../../../shared/people.ts";
import type { Pass, Proof } from "../../../shared/sign-in.ts";
import { Callers } from "../caller.ts";
import { Door } from "../door.ts";
import { KeptKeys } from "../kept-keys.ts";
import { KeychainKeys } from "../keychain-keys.ts";
import { Passes } from "../passes.ts";
import { PeopleDesk } from "../people-desk.ts";
import { Proofs } from "../proofs.ts";
import { ProviderSignIn } from "../provider-sign-in.ts";
import { Rights } from "../rights.ts";
import { SignInDesk } from "../sign-in-desk.ts";
import { makeKey } from "./keys.ts";

export const ada = makeKey();
export const bea = makeKey("ecdsa");
export const signal = new AbortController().signal;
/** Milliseconds. */
export const minute = 60_000;
const none = { en: "", fr: "" };

export interface Settings {
  lab?: boolean;
  settings?: { idleLock?: string };
  breakGlass?: { allowed: boolean; minutes: number };
}

/** A sign-in desk with its door, on a journal, a keychain and clocks that a test sets: Ada operates, Bea may do anything. */
export class SignInBench {
  now = 1_000_000;
  /** What a clock says that nobody can set. */
  tick = 0;
  declared: Operators = {
    ada: {
      name: "Ada",
      keys: [ada.line],
      accounts: ["adalove"],
      roles: [{ role: "operate", sites: ["north"] }],
    },
    bea: { name: "Bea", keys: [bea.line], accounts: [], roles: [{ role: "destroy" }] },
  };
  readonly written: JournalEvent[] = [];
  /** Whether the journal takes nothing more. */
  full = false;
  readonly announced: Pass[] = [];
  readonly #stored = new Map<string, string>();
  readonly #folder = mkdtempSync(join(tmpdir(), "passerelle-sign-in-"));
  readonly #passes: Passes[] = [];

  async open({ lab = false, settings = {}, breakGlass = { allowed: true, minutes: 30 } }: Settings = {}) {
    const keys = new KeptKeys(join(this.#folder, "keys"));
    await keys.start();
    const record = { write: (event: NewJournalEvent) => this.#write(event) };
    const now = () => this.now;
    const place = {
      has: (name: string) => this.#stored.has(name),
      read: async (name: string) => this.#stored.get(name) ?? "",
      write: async (name: string, value: string) => void this.#stored.set(name, value),
    };
    const desk = new PeopleDesk({
      operators: () => this.declared,
      account: "adalove",
      keys,
      record,
      agentSocket: () => null,
      keychain: new KeychainKeys(place, "desk-1"),
    });
    const journal = {
      ofTypes: (types: readonly string[]) => this.written.filter(({ type }) => types.includes(type)),
    };
    const passes = new Passes({ record, journal, now });
    this.#passes.push(passes);
    const rights = new Rights({ roster: () => desk.roster, hasPass: (id) => passes.of(id) !== null, now });
    const listen = async () => {
      throw new Error("no provider here");
    };
    const signIn = new SignInDesk({
      desk,
      rights,
      passes,
      proofs: new Proofs({ desk, workstation: "desk-1", folder: "00", now }),
      provider: new ProviderSignIn({ listen }),
      settings: () => settings,
      breakGlass: () => breakGlass,
      roleTimes: { onChange: () => () => {} },
      announcements: {
        announce: async (pass) => void this.announced.push(pass),
        of: () => ({ state: "pending", attempts: 0, at: null, why: null }),
        onChange: () => () => {},
      },
      record,
      lab,
      now,
      monotonic: () => this.tick,
    });
    const callers = new Callers();
    const sites: Record<string, { site: string; environment: null }> = {
      "tower-n": { site: "north", environment: null },
      "tower-s": { site: "south", environment: null },
    };
    const door = new Door({ signIn, rights, callers, passes, resource: (id) => sites[id] ?? null });
    return { desk, passes, rights, signIn, callers, door };
  }

  close(): void {
    for (const passes of this.#passes) passes.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #write(event: NewJournalEvent): JournalEvent {
    if (this.full)
      throw new OpsError({ code: "journal.cannot-write", system: "journal", message: none, hint: none });
    const written = {
      ...event,
      actor: event.actor ?? "",
      sequence: this.written.length + 1,
      at: this.now,
      workstation: "",
      previousHash: "",
      hash: "",
    };
    this.written.push(written);
    return written;
  }
}

export type Opened = Awaited<ReturnType<SignInBench["open"]>>;

export const keyOf = (key: { file: string }): Proof => ({ kind: "key", key: key.file, passphrase: "" });

/** Ada signs in with her key. */
export const enter = ({ signIn }: Opened, seat = "one") => signIn.signIn(seat, "ada", keyOf(ada), signal);

/** The code that some work is refused with; "none" when it is done. */
export async function codeOf(work: () => Promise<unknown> | unknown): Promise<string> {
  try {
    await work();
  } catch (thrown) {
    if (thrown instanceof OpsError) return thrown.code;
    throw thrown;
  }
  return "none";
}

/** What a call at a window comes to: its code, or for whom it was done. */
export async function called({ door, callers }: Opened, name: string, input: unknown = {}, seat = "one") {
  let by = "nobody";
  const work = async () => {
    by = callers.current?.name ?? "nobody";
  };
  const code = await codeOf(() => door.enter({ seat, looksOnly: false }, name.split("."), input, work));
  return code === "none" ? by : code;
}
