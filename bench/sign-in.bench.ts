import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { Journal } from "../src/main/journal/journal.ts";
import { Callers } from "../src/main/people/caller.ts";
import { Door } from "../src/main/people/door.ts";
import { KeptKeys } from "../src/main/people/kept-keys.ts";
import { KeychainKeys } from "../src/main/people/keychain-keys.ts";
import { Passes } from "../src/main/people/passes.ts";
import { PeopleDesk } from "../src/main/people/people-desk.ts";
import { readKeyFile, signWithKey } from "../src/main/people/private-key.ts";
import { Proofs, proofNamespaces } from "../src/main/people/proofs.ts";
import { ProviderSignIn } from "../src/main/people/provider-sign-in.ts";
import { Rights } from "../src/main/people/rights.ts";
import { SignInDesk } from "../src/main/people/sign-in-desk.ts";
import { makeKey } from "../src/main/people/testing/keys.ts";
import { alone, compared, type Row } from "./row.ts";
import { inFolder } from "./support/program.ts";

const count = 40;
const calls = 20_000;
const people = 200;

/**
 * Signing in by a signature that was made elsewhere: checked, and on disk in the journal before the seat is somebody's;
 * beside `ssh-keygen -Y verify`, which checks the same signature and writes nothing. Then what each call of a window costs for
 * being asked who calls and whether they may, in an estate of 200 operators with roles.
 */
export default async function signIn(): Promise<Row[]> {
  return inFolder(async (folder) => {
    const journal = Journal.open({ folder, actor: "bench", workstation: "bench" });
    const ada = makeKey();
    const { desk, door, passes } = await opened(folder, journal, ada.line);
    const seat = "one";
    const read = readKeyFile(ada.file);
    const allowed = join(folder, "allowed");
    await writeFile(allowed, `ada ${ada.line}\n`);
    try {
      const ours: number[] = [];
      const peer: number[] = [];
      for (let round = 0; round < count; round += 1) {
        const words = Buffer.from(desk.challenge(seat, "ada"), "utf8");
        const signature = signWithKey(read, "", proofNamespaces.signIn, words);
        const signal = new AbortController().signal;
        ours.push(await timed(() => desk.signIn(seat, "ada", { kind: "signature", signature }, signal)));
        if (desk.callerAt(seat).person !== "ada") throw new Error("nobody is signed in");
        const file = join(folder, "signature");
        await writeFile(file, signature);
        peer.push(await timed(() => checkedByOpenSsh(allowed, file, words)));
      }
      const visitor = { seat, looksOnly: false };
      const looked = await perCall(() => door.enter(visitor, ["journal", "page"], {}, async () => null));
      const changed = await perCall(() =>
        door.enter(
          visitor,
          ["actions", "start"],
          { action: "ssh.reboot", resource: "host" },
          async () => null,
        ),
      );
      return [
        compared(
          "sign-in: a signature checked and journalled",
          "ms",
          median(ours),
          median(peer),
          "ssh-keygen -Y verify",
        ),
        alone("sign-in: what the door adds to a call that looks", "µs", looked * 1000),
        alone("sign-in: what the door adds to a call that changes something", "µs", changed * 1000),
      ];
    } finally {
      passes.close();
      journal.close();
    }
  });
}

async function opened(folder: string, journal: Journal, line: string) {
  const others = Array.from({ length: people }, (_, at) => `operator-${at}`).map((id) => [
    id,
    { name: id, keys: [makeKey().line], roles: [{ role: "operate" as const, sites: ["north"] }] },
  ]);
  const operators = {
    ...Object.fromEntries(others),
    ada: { name: "Ada", keys: [line], roles: [{ role: "destroy" as const }] },
  };
  const keys = new KeptKeys(join(folder, "keys"));
  await keys.start();
  const nowhere = { has: () => false, read: async () => "", write: async () => {} };
  const desk = new PeopleDesk({
    operators: () => operators,
    account: "nobody",
    keys,
    record: journal,
    agentSocket: () => null,
    keychain: new KeychainKeys(nowhere, "bench"),
  });
  const passes = new Passes({ record: journal, journal, now: Date.now });
  const rights = new Rights({
    roster: () => desk.roster,
    hasPass: (id) => passes.of(id) !== null,
    now: Date.now,
  });
  const listen = async () => {
    throw new Error("no provider takes part");
  };
  const signInDesk = new SignInDesk({
    ...{ desk, rights, passes, record: journal, lab: false, now: Date.now },
    proofs: new Proofs({
      desk,
      workstation: "bench",
      folder: createHash("sha256").update(randomBytes(8)).digest("hex"),
      now: Date.now,
    }),
    provider: new ProviderSignIn({ listen }),
    settings: () => ({}),
    breakGlass: () => undefined,
    roleTimes: { onChange: () => () => {} },
    announcements: {
      announce: async () => {},
      of: () => ({ state: "nowhere", attempts: 0, at: null, why: null }),
      onChange: () => () => {},
    },
  });
  const place = { site: "north", environment: null };
  const door = new Door({
    signIn: signInDesk,
    rights,
    passes,
    callers: new Callers(),
    resource: () => place,
  });
  return { desk: signInDesk, door, passes };
}

async function checkedByOpenSsh(allowed: string, signature: string, words: Buffer): Promise<void> {
  const given = ["-Y", "verify", "-f", allowed, "-I", "ada", "-n", proofNamespaces.signIn, "-s", signature];
  const child = spawn("ssh-keygen", given, { stdio: ["pipe", "ignore", "inherit"] });
  child.stdin.end(words);
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new Error(`ssh-keygen does not take the signature: ${code}`);
}

async function perCall(work: () => Promise<unknown>): Promise<number> {
  const took = await timed(async () => {
    for (let round = 0; round < calls; round += 1) await work();
  });
  return took / calls;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}
