import { spawnSync } from "node:child_process";
import { EventEmitter } from "node:events";
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { LocalText } from "../../shared/text.ts";
import { type BundleContents, digestOf } from "../bundle/contents.ts";
import { layOut } from "../bundle/lay-out.ts";
import { keepBundle, readNote } from "../bundle/store.ts";
import { keptKey } from "../drill/anonymous/kept-key.ts";
import { keepLastGood } from "../estate/last-good.ts";
import { Inventory } from "../inventory/inventory.ts";
import { LastInventory } from "../inventory/last-inventory.ts";
import { openDataFolder } from "../journal/data-folder.ts";
import { Journal } from "../journal/journal.ts";
import { installCrashHandlers } from "../log/crash.ts";
import { RotatingFile } from "../log/rotating-file.ts";
import { LineStore } from "../logs/line-store.ts";
import { SpoolFile } from "../logs/spool-file.ts";
import { KeptKeys } from "../people/kept-keys.ts";
import { readKeyFile } from "../people/private-key.ts";
import { makeKey } from "../people/testing/keys.ts";
import { Attachments } from "../procedures/attachments.ts";
import { parseHostKey } from "../reach/host-key.ts";
import { KnownHosts } from "../reach/known-hosts.ts";
import { LastNames } from "../reach/last-names.ts";
import { RecordingStore } from "../recordings/recording-store.ts";
import { readSidecar, writeSidecar } from "../recordings/sidecar.ts";
import { PassphraseFile } from "../secrets/passphrase-file.ts";
import { Redaction } from "../secrets/redaction.ts";
import { SecretIndex } from "../secrets/secret-index.ts";
import { replaceFile } from "./replace-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-places-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const outside = () => at("outside.txt");
const origin = { path: "/estate/estate.yaml", folder: "/estate", files: [], digest: "d" };
const hostKey = () => {
  const key = parseHostKey(
    Buffer.concat([Buffer.of(0, 0, 0, 11), Buffer.from("ssh-ed25519"), Buffer.alloc(36, 1)]),
  );
  if (key === null) throw new Error("not a key");
  return key;
};
const laidOut = "sites: {}";
const bundled: BundleContents = {
  format: "passerelle-bundle",
  version: 1,
  madeAt: 0,
  workstation: "bridge.example",
  estate: {
    path: "estate.yaml",
    digest: "d",
    files: [{ path: "estate.yaml", source: laidOut, sha256: digestOf(laidOut) }],
  },
  knownHosts: "tower.example ssh-ed25519 AAAA",
  secrets: {},
  missing: [],
  journal: { sequence: 0, hash: "" },
};
const bundle = { madeAt: 0, inputs: "i", recipients: ["one"], missing: [] };
const recording = {
  id: "20260101-000000-00000000",
  resource: "tower-a",
  resourceName: "tower-a",
  startedAt: 0,
  endedAt: 1,
  bytes: 1,
  width: 1,
  height: 1,
  trouble: null,
};

function opened(): void {
  openDataFolder(folder).release();
}

function journal(): void {
  Journal.open({ folder, actor: "operator-a", workstation: "bridge.example" }).close();
}

async function names(): Promise<void> {
  const troubles: unknown[] = [];
  const kept = new LastNames({
    file: at("last-names.json"),
    now: () => 1,
    lookup: async () => ["192.0.2.1"],
    onUsed: () => {},
    onTrouble: (thrown) => troubles.push(thrown),
  });
  await kept.start();
  await kept.addressesOf(
    { id: "tower", name: "tower", address: "tower.example", port: 22 },
    new AbortController().signal,
  );
  await kept.close();
  if (troubles.length > 0) throw troubles[0];
}

async function inventoryKept(): Promise<void> {
  const inventory = new Inventory({ now: () => 1 });
  const declared = { id: "vm", kind: "vm" as const, name: "VM", system: "s", parent: null, site: null };
  inventory.declare("s", [{ ...declared, environment: null, staleAfter: 1000 }]);
  inventory.observe([{ resource: "vm", source: "s", at: 1, health: "ok", facts: {}, problems: [] }]);
  const last = new LastInventory({
    dataFolder: folder,
    estate: "/estate/estate.yaml",
    inventory,
    redacted: (resource) => resource,
    now: () => 1,
  });
  await last.recall(new Set(["s"]));
  await last.keep();
}

async function held(): Promise<void> {
  let changed = () => {};
  const written = new Promise<void>((resolve) => {
    changed = resolve;
  });
  const file = new SpoolFile(at("0.lines"), { onChange: () => changed(), free: async () => 2 ** 40 });
  file.append(Buffer.from("a line"));
  await written;
  const { error } = file;
  await file.close();
  if (error) throw error;
}

/** Every file that has one name in the data folder, or is named by people, and what reads it and writes it. */
const files: [string | RegExp, () => unknown][] = [
  ["console.lock", opened],
  ["console.holder.json", opened],
  ["journal.sqlite", journal],
  ["journal.head", journal],
  [/^estate-\w+\.last-good\.json$/, () => keepLastGood(folder, origin, 1)],
  [/^inventory-\w+\.last\.jsonl$/, inventoryKept],
  ["known_hosts", () => new KnownHosts({ own: at("known_hosts") }).add("tower.example", 22, hostKey())],
  [/^last-names\.json$/, names],
  ["secrets.passphrase", () => new PassphraseFile(at("secrets.passphrase"), () => 1).unlock("words")],
  ["copies.key", () => keptKey(at("copies.key"))],
  ["newest.json", () => keepBundle(folder, Buffer.from("sealed"), bundle, 2)],
  ["recording.json", () => writeSidecar(at("recording.json"), recording)],
  ["report.html", () => replaceFile(at("report.html"), "<html>")],
];
/** These say nothing of what they could not write, but neither write there nor wait. */
const quietFiles: [string | RegExp, () => unknown][] = [
  [
    /^secrets-index\.json$/,
    async () => {
      const index = new SecretIndex(at("secrets-index.json"));
      await index.load();
      index.used("keychain:one", 1);
      await index.flush();
    },
  ],
  [
    "passerelle.log",
    () => {
      const file = new RotatingFile(at("passerelle.log"), { maximumBytes: 1000, kept: 1 });
      file.write("a line\n");
      file.close();
    },
  ],
];

/** What others might put in the place of a file; a hard link may be put aside by whoever writes the file anew. */
const planted: Record<string, (path: string) => void> = {
  "a link to another file": (path) => symlinkSync(outside(), path),
  "a link that leads nowhere": (path) => symlinkSync(at("nowhere"), path),
  "a named pipe": (path) => expect(spawnSync("mkfifo", [path]).status).toBe(0),
  "a folder": (path) => mkdirSync(path),
  "another name of a file": (path) => linkSync(outside(), path),
};
const written = async (use: () => unknown) => use();

/** The name under which a use keeps its file. */
async function nameOf(pattern: string | RegExp, use: () => unknown): Promise<string> {
  if (typeof pattern === "string") return pattern;
  await written(use);
  const found = readdirSync(folder).filter((name) => pattern.test(name));
  expect(found).toHaveLength(1);
  rmSync(folder, { recursive: true });
  mkdirSync(folder, { mode: 0o700 });
  return found[0] ?? "";
}

describe.each(Object.entries(planted))("%s", (what, plant) => {
  async function unharmed(pattern: string | RegExp, use: () => unknown): Promise<unknown> {
    const name = await nameOf(pattern, use);
    writeFileSync(outside(), "theirs", { mode: 0o644 });
    // The data folder is one already: else it would be refused for what it holds.
    if (name !== "console.lock") writeFileSync(at("console.lock"), "", { mode: 0o600 });
    plant(at(name));
    const outcome = await written(use).then(
      () => "written",
      (thrown: unknown) => thrown,
    );
    expect(readFileSync(outside(), "utf8")).toBe("theirs");
    expect(statSync(outside()).mode & 0o777).toBe(0o644);
    expect(existsSync(at("nowhere"))).toBe(false);
    expect(readdirSync(folder).filter((left) => left.endsWith(".part"))).toEqual([]);
    return outcome;
  }

  test.each(files)(
    "in the place of %s is refused, and what it leads to is unharmed",
    async (pattern, use) => {
      const outcome = await unharmed(pattern, use);
      if (what !== "another name of a file") expect(outcome).toMatchObject({ code: "files.foreign" });
      else if (outcome !== "written") expect(outcome).toMatchObject({ code: "files.foreign" });
    },
  );

  test.each(quietFiles)("in the place of %s is left alone", async (pattern, use) => {
    await unharmed(pattern, use);
  });
});

test.each(["-wal", "-shm", "-journal"])(
  "the journal is not opened beside a %s that leads elsewhere",
  (end) => {
    journal();
    rmSync(at(`journal.sqlite${end}`), { force: true });
    symlinkSync(at("nowhere"), at(`journal.sqlite${end}`));
    expect(journal).toThrow("is a link");
    expect(existsSync(at("nowhere"))).toBe(false);
  },
);

/** Folders whose files have names of their own. */
const folders: [string, (place: string) => unknown][] = [
  ["attachments", (place) => new Attachments(place).receive(null, Buffer.of(1))],
  ["incoming", () => new Attachments(folder).receive(null, Buffer.of(1))],
  ["keys", (place) => new KeptKeys(place).keep("alix", { ...readKeyFile(makeKey().file), closed: true })],
  ["held-logs", (place) => LineStore.open({ folder: place })],
  [
    "recordings",
    async (place) => {
      const store = new RecordingStore({ folder: place, now: () => 1, report: () => {} });
      const recorder = store.begin({ resource: "a", resourceName: "a", width: 1, height: 1 });
      const stopped = new Promise<LocalText | null>((resolve) => {
        recorder.onTrouble(({ trouble }) => resolve(trouble));
      });
      const trouble = await stopped;
      await store.close();
      throw new Error(trouble?.en);
    },
  ],
];

describe.each(folders)("the folder %s", (name, use) => {
  const elsewhere = () => at("elsewhere");
  beforeEach(() => mkdirSync(elsewhere()));

  test("is refused where it leads elsewhere", async () => {
    symlinkSync(elsewhere(), at(name));
    await expect(written(() => use(at(name)))).rejects.toThrow("is a link");
    expect(readdirSync(elsewhere())).toEqual([]);
  });

  test("is refused where others may write in it", async () => {
    mkdirSync(at(name));
    chmodSync(at(name), 0o777);
    await expect(written(() => use(at(name)))).rejects.toThrow("others may write");
    expect(readdirSync(at(name))).toEqual([]);
  });
});

test("what a bundle holds is never laid out through a link", async () => {
  mkdirSync(at("elsewhere"));
  symlinkSync(at("elsewhere"), at("bundle-estate"));
  symlinkSync(at("nowhere"), at("known_hosts"));
  const path = await layOut(bundled, folder);
  expect(readFileSync(path, "utf8")).toBe("sites: {}");
  expect(lstatSync(at("bundle-estate")).isSymbolicLink()).toBe(false);
  expect(readdirSync(at("elsewhere"))).toEqual([]);
  expect(existsSync(at("nowhere"))).toBe(false);
});

test("a crash is not written where its folder leads elsewhere, and the process ends all the same", () => {
  mkdirSync(at("elsewhere"));
  symlinkSync(at("elsewhere"), at("crashes"));
  const host = Object.assign(new EventEmitter(), {
    said: "",
    ended: 0,
    stderr: { write: (words: string) => (host.said += words) },
    exit: (code: number) => (host.ended = code),
  });
  const logger = pino({ level: "silent" });
  installCrashHandlers({
    dataFolder: folder,
    redaction: new Redaction(),
    logger,
    now: () => 1,
    process: host,
  });
  host.emit("uncaughtException", new Error("one"));
  expect(host.ended).toBe(70);
  expect(host.said).toContain("could not be written down");
  expect(readdirSync(at("elsewhere"))).toEqual([]);
});

/** What is read back that somebody may have put there: it is as if there were nothing, and nobody waits for a pipe. */
const readings: [string, () => Promise<unknown>][] = [
  ["newest.json", () => readNote(folder)],
  ["20260101-000000-00000000.json", () => readSidecar(at("20260101-000000-00000000.json"), recording.id)],
];
test.each(readings)("a named pipe in the place of %s is as nothing", async (name, read) => {
  expect(spawnSync("mkfifo", [at(name)]).status).toBe(0);
  expect(await read()).toBeNull();
});

test("lines of logs are not held in a file that was put there", async () => {
  symlinkSync(at("nowhere"), at("0.lines"));
  await expect(held()).rejects.toMatchObject({ code: "log.cannot-hold" });
  expect(existsSync(at("nowhere"))).toBe(false);
});

describe("the rest of the program", () => {
  const writing = /^(write|append|copy|cp$|link|symlink|mkdtemp|createWriteStream)/;
  const ways = sourcesOf(join(import.meta.dirname, "..")).map((file) => ({
    file: relative(join(import.meta.dirname, ".."), file).replaceAll("\\", "/"),
    source: readFileSync(file, "utf8"),
  }));

  test("writes no file in its own way", () => {
    const imported = ({ source }: { source: string }) =>
      [...source.matchAll(/import \{([^}]*)\} from "node:fs(?:\/promises)?"/g)]
        .flatMap(([, names]) => (names ?? "").split(","))
        .map((name) => name.trim());
    const own = ways.filter((way) => imported(way).some((name) => writing.test(name)));
    // Both write into what was opened here: the anchor of the journal, and what is said in a crash.
    expect(own.map(({ file }) => file).sort()).toEqual([
      "journal/head-file.ts",
      "log/crash.ts",
      "log/rotating-file.ts",
    ]);
  });

  test("opens files by itself only to read them", () => {
    const toWrite = /\bopen(Sync|File)?\([^;]*("(w|a|r\+|ax|wx)\+?"|O_(WRONLY|RDWR|CREAT|APPEND))/;
    expect(ways.filter(({ source }) => toWrite.test(source)).map(({ file }) => file)).toEqual([]);
    expect(ways.length).toBeGreaterThan(500);
  });
});

/** The program's own sources, without what only tests use and without the one way itself. */
function sourcesOf(place: string): string[] {
  return readdirSync(place, { recursive: true, encoding: "utf8" })
    .filter(
      (name) =>
        name.endsWith(".ts") && !/\.test\.ts$|[\\/](testing|fixtures|crash)[\\/]|^files[\\/]/.test(name),
    )
    .map((name) => join(place, name));
}
