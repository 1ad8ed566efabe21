import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OpsError } from "../../shared/errors.ts";
import type { JournalEvent, NewJournalEvent } from "../../shared/journal.ts";
import type { Operators } from "../../shared/people.ts";
import type { Pass, Proof } from "../../shared/sign-in.ts";
import { Callers } from "./caller.ts";
import { Door } from "./door.ts";
import { KeptKeys } from "./kept-keys.ts";
import { KeychainKeys } from "./keychain-keys.ts";
import { Passes } from "./passes.ts";
import { PeopleDesk } from "./people-desk.ts";
import { readKeyFile, signWithKey } from "./private-key.ts";
import { Proofs } from "./proofs.ts";
import { ProviderSignIn } from "./provider-sign-in.ts";
import { Rights } from "./rights.ts";
import { SignInDesk } from "./sign-in-desk.ts";
import { makeKey } from "./testing/keys.ts";

const ada = makeKey();
const bea = makeKey("ecdsa");
const signal = new AbortController().signal;
const minute = 60_000;

let folder: string;
let now: number;
/** What a clock says that nobody can set. */
let tick: number;
let declared: Operators;
let written: JournalEvent[];
let full: boolean;
let announced: Pass[];
let stored: Map<string, string>;
const opened: Passes[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-sign-in-"));
  now = 1_000_000;
  tick = 0;
  written = [];
  full = false;
  announced = [];
  stored = new Map();
  declared = {
    ada: {
      name: "Ada",
      keys: [ada.line],
      accounts: ["adalove"],
      roles: [{ role: "operate", sites: ["north"] }],
    },
    bea: { name: "Bea", keys: [bea.line], accounts: [], roles: [{ role: "destroy" }] },
  };
});
afterEach(() => {
  for (const passes of opened.splice(0)) passes.close();
  rmSync(folder, { recursive: true, force: true });
});

function write(event: NewJournalEvent): JournalEvent {
  if (full)
    throw new OpsError({ code: "journal.cannot-write", system: "journal", message: none, hint: none });
  const one = {
    ...event,
    actor: event.actor ?? "",
    sequence: written.length + 1,
    at: now,
    workstation: "",
    previousHash: "",
    hash: "",
  };
  written.push(one);
  return one;
}
const none = { en: "", fr: "" };
const journal = {
  ofTypes: (types: readonly string[]) => written.filter(({ type }) => types.includes(type)),
};

async function open({ lab = false, settings = {}, breakGlass = { allowed: true, minutes: 30 } } = {}) {
  const keys = new KeptKeys(join(folder, "keys"));
  await keys.start();
  const record = { write };
  const place = {
    has: (name: string) => stored.has(name),
    read: async (name: string) => stored.get(name) ?? "",
    write: async (name: string, value: string) => void stored.set(name, value),
  };
  const desk = new PeopleDesk({
    operators: () => declared,
    account: "adalove",
    keys,
    record,
    agentSocket: () => null,
    keychain: new KeychainKeys(place, "desk-1"),
  });
  const passes = new Passes({ record, journal, now: () => now });
  opened.push(passes);
  const rights = new Rights({
    roster: () => desk.roster,
    hasPass: (id) => passes.of(id) !== null,
    now: () => now,
  });
  const listen = async () => {
    throw new Error("no provider here");
  };
  const signIn = new SignInDesk({
    desk,
    rights,
    passes,
    proofs: new Proofs({ desk, workstation: "desk-1", folder: "00", now: () => now }),
    provider: new ProviderSignIn({ listen }),
    settings: () => settings,
    breakGlass: () => breakGlass,
    roleTimes: { onChange: () => () => {} },
    announcements: {
      announce: async (pass) => void announced.push(pass),
      of: () => ({ state: "pending", attempts: 0, at: null, why: null }),
      onChange: () => () => {},
    },
    record,
    lab,
    now: () => now,
    monotonic: () => tick,
  });
  const callers = new Callers();
  const sites: Record<string, { site: string; environment: null }> = {
    "tower-n": { site: "north", environment: null },
    "tower-s": { site: "south", environment: null },
  };
  const door = new Door({ signIn, rights, callers, passes, resource: (id) => sites[id] ?? null });
  return { desk, passes, rights, signIn, callers, door };
}

type Opened = Awaited<ReturnType<typeof open>>;
const keyOf = (key: { file: string }): Proof => ({ kind: "key", key: key.file, passphrase: "" });
const enter = ({ signIn }: Opened, seat = "one") => signIn.signIn(seat, "ada", keyOf(ada), signal);

async function codeOf(work: () => Promise<unknown> | unknown): Promise<string> {
  try {
    await work();
  } catch (thrown) {
    if (thrown instanceof OpsError) return thrown.code;
    throw thrown;
  }
  return "none";
}

/** What a call at a window comes to: its code, or for whom it was done. */
async function called({ door, callers }: Opened, name: string, input: unknown = {}, seat = "one") {
  let by = "nobody";
  const work = async () => {
    by = callers.current?.name ?? "nobody";
  };
  const code = await codeOf(() => door.enter({ seat, looksOnly: false }, name.split("."), input, work));
  return code === "none" ? by : code;
}

describe("a seat", () => {
  it("is nobody's until somebody proves who they are, and another seat stays nobody's", async () => {
    const opened = await open();
    expect(opened.signIn.callerAt("one")).toMatchObject({ person: null, name: "account:adalove" });
    expect(await called(opened, "procedures.pause")).toBe("people.sign-in-needed");
    expect(await called(opened, "journal.page")).toBe("account:adalove");
    await enter(opened);
    expect(await called(opened, "procedures.pause")).toBe("ada");
    expect(await called(opened, "procedures.pause", {}, "two")).toBe("people.sign-in-needed");
    expect(written.at(-1)).toMatchObject({ type: "people.signed-in", data: { operator: "ada", way: "key" } });
  });

  it("is the account's operator where nobody has a role, as before there were any", async () => {
    declared = { ada: { name: "Ada", keys: [ada.line], accounts: ["adalove"] } };
    const opened = await open();
    expect(await called(opened, "secrets.set")).toBe("ada");
    expect(opened.signIn.view("one")).toMatchObject({
      me: "ada",
      roles: false,
      signedIn: null,
      locked: false,
    });
  });

  it("is taken by the account alone on a lab, until somebody signs out", async () => {
    const opened = await open({ lab: true });
    expect(opened.signIn.view("one").signedIn).toMatchObject({ operator: "ada", way: "account" });
    now += 60 * minute;
    expect([opened.signIn.isLocked("one"), opened.signIn.lock("one")]).toEqual([false, false]);
    opened.signIn.signOut("one");
    expect(opened.signIn.view("one").me).toBeNull();
  });

  it("is refused to a key of somebody else, and after many tries to everybody for a minute", async () => {
    const { signIn } = await open();
    const wrong = () => codeOf(() => signIn.signIn("one", "ada", keyOf(bea), signal));
    for (let tries = 0; tries < 8; tries += 1) expect(await wrong()).toBe("people.foreign-key");
    expect(await wrong()).toBe("people.too-many-tries");
    expect(await codeOf(() => signIn.signIn("one", "ada", keyOf(ada), signal))).toBe("people.too-many-tries");
    now += minute;
    await signIn.signIn("one", "ada", keyOf(ada), signal);
    expect(signIn.view("one").me).toBe("ada");
    expect(written.filter(({ type }) => type === "people.sign-in-refused")).toHaveLength(10);
  });

  it("is nobody's where the journal cannot say who it is", async () => {
    const opened = await open();
    full = true;
    expect(await codeOf(() => enter(opened))).toBe("journal.cannot-write");
    expect(opened.signIn.view("one").me).toBeNull();
  });

  it("is left when its operator or their key is taken out of the estate", async () => {
    const opened = await open();
    await enter(opened);
    const { ada: own, ...others } = declared;
    declared = { ...others, ada: { ...own, name: "Ada", accounts: [], keys: [bea.line] } };
    expect(opened.signIn.view("one")).toMatchObject({ me: null, signedIn: null });
    expect(opened.signIn.view("one").ended?.en).toContain("key that you signed in with");
    await opened.signIn.signIn("one", "bea", keyOf(bea), signal).catch(() => {});
    declared = { cyd: { name: "Cyd", keys: [], accounts: [], roles: [{ role: "look" }] } };
    expect(opened.signIn.view("one")).toMatchObject({ me: null });
    expect(await called(opened, "procedures.pause")).toBe("people.sign-in-needed");
  });
});

describe("a challenge that is signed elsewhere", () => {
  const signed = (words: string, namespace = "passerelle-sign-in") =>
    ({
      kind: "signature",
      signature: signWithKey(readKeyFile(ada.file), "", namespace, Buffer.from(words)),
    }) as const;

  it("is good once, in time, at the seat that asked, for the operator and the purpose it names", async () => {
    const { signIn } = await open();
    const by = (proof: Proof, seat = "one", operator = "ada") =>
      codeOf(() => signIn.signIn(seat, operator, proof, signal));
    const words = signIn.challenge("one", "ada");
    expect(await by(signed(words), "two")).toBe("people.bad-proof");
    expect(await by(signed(words, "passerelle-approval"))).toBe("people.bad-proof");
    expect(await by(signed(words.replace("desk-1", "desk-2")))).toBe("people.bad-proof");
    expect(await by(signed(words), "one", "bea")).toBe("people.bad-proof");
    expect(await by(signed(`${words}\n`))).toBe("none");
    expect(await by(signed(words))).toBe("people.bad-proof");
    const late = signIn.challenge("one", "ada");
    now += 6 * minute;
    expect(await by(signed(late))).toBe("people.bad-proof");
    expect(await by({ kind: "signature", signature: "garbage" })).toBe("approval.not-a-signature");
  });
});

describe("a key of the keychain", () => {
  it("counts once its public half stands in the estate", async () => {
    const { desk, signIn } = await open();
    const line = await desk.makeKey("ada");
    const proof = { kind: "keychain" } as const;
    expect(await codeOf(() => signIn.signIn("one", "ada", proof, signal))).toBe("people.no-keychain-key");
    declared = { ...declared, ada: { name: "Ada", accounts: [], keys: [line], roles: [{ role: "look" }] } };
    await signIn.signIn("one", "ada", proof, signal);
    expect(signIn.view("one").signedIn).toMatchObject({ operator: "ada", way: "keychain" });
    expect(JSON.stringify(written)).not.toContain("PRIVATE");
  });
});

describe("the door", () => {
  it("opens sessions where the role is, and what is for all only to who has it everywhere", async () => {
    const opened = await open();
    await enter(opened);
    expect(await called(opened, "terminal.open", { resource: "tower-n" })).toBe("ada");
    expect(await called(opened, "terminal.open", { resource: "tower-s" })).toBe("people.no-right");
    expect(await called(opened, "terminal.open", { resource: "unknown" })).toBe("people.no-right");
    expect(await called(opened, "terminal.open", null)).toBe("people.no-right");
    expect(await called(opened, "logs.open", { resources: ["tower-n", "tower-s"] })).toBe("people.no-right");
    expect(await called(opened, "secrets.set")).toBe("people.no-right");
    await opened.signIn.signIn("one", "bea", keyOf(bea), signal);
    expect(await called(opened, "terminal.open", { resource: "unknown" })).toBe("bea");
    expect(await called(opened, "secrets.set")).toBe("bea");
  });

  it("keeps what goes on after a call in the name of who asked, whoever signs in there meanwhile", async () => {
    const opened = await open();
    await enter(opened);
    let go = () => {};
    const waiting = new Promise<void>((resolve) => {
      go = resolve;
    });
    let later = Promise.resolve("");
    await opened.door.enter({ seat: "one", looksOnly: false }, ["actions", "start"], {}, async () => {
      later = waiting.then(() => opened.callers.current?.name ?? "nobody");
    });
    await opened.signIn.signIn("one", "bea", keyOf(bea), signal);
    go();
    expect(await later).toBe("ada");
  });

  it.each([
    ["set back by an hour", -60 * minute, 10 * minute],
    ["set forward by an hour", 60 * minute, 0],
    ["asleep: the other clock has stood still", 10 * minute, 0],
  ])("locks a window that was left although a clock is %s", async (_how, wall, steady) => {
    const opened = await open({ settings: { idleLock: "10m" } });
    await enter(opened);
    now += 9 * minute;
    tick += 9 * minute;
    opened.signIn.active("one");
    expect(opened.signIn.isLocked("one")).toBe(false);
    now += wall;
    tick += steady;
    opened.signIn.look();
    expect(opened.signIn.view("one").locked).toBe(true);
    expect(await called(opened, "journal.page")).toBe("people.locked");
    // Neither does a clock that is put right open it again.
    now -= wall;
    expect(opened.signIn.isLocked("one")).toBe(true);
    await enter(opened);
    expect(opened.signIn.isLocked("one")).toBe(false);
    expect(written.filter(({ type }) => type === "people.locked")).toHaveLength(1);
  });

  it("leaves a window open whose clock was set back, while somebody works at it", async () => {
    const opened = await open({ settings: { idleLock: "10m" } });
    await enter(opened);
    for (let step = 0; step < 20; step++) {
      now -= 60 * minute;
      tick += 9 * minute;
      expect(opened.signIn.isLocked("one")).toBe(false);
      opened.signIn.active("one");
    }
  });

  it("answers nothing while the window is locked, and shows what it holds back once it is open again", async () => {
    const opened = await open({ settings: { idleLock: "10m" } });
    await enter(opened);
    now += 9 * minute;
    opened.signIn.active("one");
    now += 9 * minute;
    expect(await called(opened, "journal.page")).toBe("ada");
    now += minute;
    expect(await called(opened, "journal.page")).toBe("people.locked");
    expect(await called(opened, "tasks.watch")).toBe("ada");
    // Input at a locked window opens nothing.
    opened.signIn.active("one");
    expect(await called(opened, "procedures.pause")).toBe("people.locked");
    let shown = false;
    const showing = opened.door.shown({ seat: "one", looksOnly: false }, ["journal", "watch"]).then(() => {
      shown = true;
    });
    await Promise.resolve();
    expect(shown).toBe(false);
    await enter(opened);
    await showing;
    expect(await called(opened, "journal.page")).toBe("ada");
    await opened.door.shown({ seat: "wall", looksOnly: true }, ["journal", "watch"]);
  });
});

describe("break-glass", () => {
  const reason = "nobody else can be reached";

  it("gives every right for its time alone, is told, journalled, and reviewed by somebody else", async () => {
    const opened = await open();
    await enter(opened);
    expect(await called(opened, "secrets.set")).toBe("people.no-right");
    const { id, until } = await opened.signIn.breakGlass("one", reason, keyOf(ada), signal);
    expect(until).toBe(now + 30 * minute);
    expect(announced.map((pass) => [pass.id, pass.reason])).toEqual([[id, reason]]);
    expect(await called(opened, "secrets.set", { id: "run-1" })).toBe("ada");
    expect(opened.passes.list()[0]).toMatchObject({ active: true, touched: ["run-1"] });
    now = until;
    await enter(opened);
    expect(await called(opened, "secrets.set")).toBe("people.no-right");
    expect(await codeOf(() => opened.signIn.reviewPass("one", id, "looked at it"))).toBe("people.own-review");
    await opened.signIn.signIn("two", "bea", keyOf(bea), signal);
    opened.signIn.reviewPass("two", id, "looked at it");
    // Another console on the same journal shows the same.
    const again = await open();
    expect(again.passes.list()).toEqual(opened.passes.list());
    expect(again.passes.list()[0]).toMatchObject({ active: false, review: { by: "bea" } });
  });

  it("is not made longer by a restart, and ends when it is given back", async () => {
    const opened = await open();
    await enter(opened);
    const { id } = await opened.signIn.breakGlass("one", reason, keyOf(ada), signal);
    now += 29 * minute;
    const again = await open();
    expect(again.passes.of("ada")?.id).toBe(id);
    opened.signIn.endPass("one", id);
    expect((await open()).passes.of("ada")).toBeNull();
    expect(await codeOf(() => opened.signIn.endPass("one", id))).toBe("people.no-such-pass");
  });

  it("is not to be had without a journal, a signature of one's own, a person, or where it is not allowed", async () => {
    const opened = await open();
    const take = (proof: Proof, seat = "one") =>
      codeOf(() => opened.signIn.breakGlass(seat, reason, proof, signal));
    expect(await take(keyOf(ada))).toBe("people.sign-in-needed");
    await enter(opened);
    expect(await take(keyOf(bea))).toBe("people.foreign-key");
    expect(await take({ kind: "signature", signature: "x" })).toBe("people.bad-proof");
    full = true;
    expect(await take(keyOf(ada))).toBe("journal.cannot-write");
    expect(opened.passes.list()).toEqual([]);
    full = false;
    const strict = await open({ breakGlass: { allowed: false, minutes: 30 } });
    await enter(strict);
    const asked = () => strict.signIn.breakGlass("one", reason, keyOf(ada), signal);
    expect(await codeOf(asked)).toBe("people.no-break-glass");
  });
});
