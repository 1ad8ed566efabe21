import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { recordingSchema } from "../../shared/screen.ts";
import { troubles } from "./faults.ts";
import { FbsParser } from "./fbs.ts";
import { recordedGreeting } from "./greeting.ts";
import type { RecordingStore } from "./recording-store.ts";
import { greet, subject } from "./testing/greet.ts";
import { openStore, temporaryFolder, until } from "./testing/recordings.ts";
import { formatOf, rawUpdate, serverGreeting } from "./testing/wire.ts";

const native = formatOf(16, 15);
const wanted = formatOf(32, 24);

function blocksIn(file: string) {
  const parser = new FbsParser();
  const blocks = [...parser.push(readFileSync(file))].map(({ at, data }) => ({
    at,
    data: Buffer.from(data),
  }));
  return { blocks, parser };
}

/** Records two updates and ends; gives the identifier. */
async function record(store: RecordingStore, clock: { at: number }): Promise<string> {
  const recorder = store.begin(subject);
  greet(recorder, { greeting: serverGreeting("tower-a", { format: native }), wants: wanted });
  clock.at += 40;
  recorder.fromServer(rawUpdate(2, 1, 0xff));
  clock.at += 1000;
  recorder.fromServer(rawUpdate(2, 1, 0xff00));
  clock.at += 500;
  recorder.end();
  const { id } = recorder.recording;
  await until(store, () => store.list(null).some((each) => each.id === id && each.endedAt !== null));
  return id;
}

describe("RecordingStore", () => {
  it("writes what the viewer saw, in the pixel format that it asked for, for players of FBS 001.001", async () => {
    const folder = temporaryFolder();
    const { store, clock } = await openStore(folder);
    const id = await record(store, clock);
    await store.close();
    const { blocks, parser } = blocksIn(join(folder, "recordings", `${id}.fbs`));
    const greeting = recordedGreeting({
      width: 2,
      height: 1,
      pixelFormat: wanted,
      name: Buffer.from("tower-a"),
    });
    expect(greeting.subarray(0, 16).toString("latin1")).toBe("RFB 003.003\n\0\0\0\u0001");
    expect(blocks).toEqual([
      { at: 0, data: greeting },
      { at: 40, data: rawUpdate(2, 1, 0xff) },
      { at: 1040, data: rawUpdate(2, 1, 0xff00) },
      { at: 1540, data: Buffer.alloc(0) },
    ]);
    expect(parser.farewell).toBe(true);
    expect(store.list("tower-a")).toEqual([
      {
        id,
        resource: "tower-a",
        resourceName: "Tower A",
        startedAt: clock.at - 1540,
        endedAt: clock.at,
        bytes: parser.wholeBytes,
        width: 2,
        height: 1,
        trouble: null,
      },
    ]);
  });

  it("keeps everything to its owner", async () => {
    const folder = temporaryFolder();
    const { store, clock } = await openStore(folder);
    await record(store, clock);
    await store.close();
    const below = join(folder, "recordings");
    expect(statSync(below).mode & 0o777).toBe(0o700);
    const modes = readdirSync(below).map((name) => statSync(join(below, name)).mode & 0o777);
    expect(modes).toEqual([0o600, 0o600]);
  });

  it("lists one under way, newest first, and by resource", async () => {
    const { store, clock } = await openStore(temporaryFolder());
    const first = await record(store, clock);
    clock.at += 60_000;
    const recorder = store.begin({ ...subject, resource: "tower-b" });
    expect(store.list(null)).toHaveLength(1);
    greet(recorder);
    expect(store.list(null).map(({ resource, endedAt }) => [resource, endedAt === null])).toEqual([
      ["tower-b", true],
      ["tower-a", false],
    ]);
    expect(store.list("tower-a").map(({ id }) => id)).toEqual([first]);
    expect(store.list("nothing")).toEqual([]);
    for (const each of store.list(null)) expect(() => recordingSchema.parse(each)).not.toThrow();
  });

  it("finds its recordings again, and nothing else that lies there", async () => {
    const folder = temporaryFolder();
    const before = await openStore(folder);
    const id = await record(before.store, before.clock);
    await before.store.close();
    const below = join(folder, "recordings");
    const sidecar = readFileSync(join(below, `${id}.json`), "utf8");
    const other = (index: number) => `20260101-000000-0000000${index}`;
    writeFileSync(join(below, "notes.txt"), "mine");
    writeFileSync(join(below, `${other(1)}.json`), "{");
    writeFileSync(join(below, `${other(2)}.json`), sidecar);
    writeFileSync(join(below, `${other(3)}.json`), sidecar.replace(id, other(3)));
    writeFileSync(join(below, `${other(4)}.json`), `${" ".repeat(70_000)}${sidecar.replace(id, other(4))}`);
    mkdirSync(join(below, `${other(5)}.json`));
    writeFileSync(join(below, `${other(6)}.json`), sidecar.replace(id, other(6)));
    symlinkSync(join(below, `${id}.fbs`), join(below, `${other(6)}.fbs`));
    const after = await openStore(folder);
    expect(after.store.list(null).map((each) => each.id)).toEqual([id]);
    expect(after.reports).toEqual([]);
    expect(readdirSync(below)).toContain("notes.txt");
    expect(() => after.store.get("../console.lock")).toThrow(
      expect.objectContaining({ code: "recording.unknown" }),
    );
  });

  it("mends what a killed console left: whole up to its last whole block", async () => {
    const folder = temporaryFolder();
    const killed = await openStore(folder);
    const id = await record(killed.store, killed.clock);
    await killed.store.close();
    const path = join(folder, "recordings", id);
    const sidecar = JSON.parse(readFileSync(`${path}.json`, "utf8"));
    writeFileSync(`${path}.json`, JSON.stringify({ ...sidecar, endedAt: null, bytes: 0 }));
    // The farewell of eight bytes, and a part of the block before it.
    truncateSync(`${path}.fbs`, sidecar.bytes - 8 - 11);
    const { store } = await openStore(folder);
    expect(store.list(null)).toMatchObject([{ id, trouble: troubles.killed }]);
    await until(store, () => store.get(id).endedAt === sidecar.startedAt + 40);
    const { blocks, parser } = blocksIn(`${path}.fbs`);
    expect(blocks.map(({ at }) => at)).toEqual([0, 40, 40]);
    expect(parser.farewell).toBe(true);
    expect(store.get(id)).toMatchObject({ trouble: troubles.killed, bytes: parser.wholeBytes });
    expect(JSON.parse(readFileSync(`${path}.json`, "utf8"))).toEqual(store.get(id));
  });

  it("sees that a recording had ended well although its sidecar was not told", async () => {
    const folder = temporaryFolder();
    const killed = await openStore(folder);
    const id = await record(killed.store, killed.clock);
    await killed.store.close();
    const path = join(folder, "recordings", `${id}.json`);
    const sidecar = JSON.parse(readFileSync(path, "utf8"));
    writeFileSync(path, JSON.stringify({ ...sidecar, endedAt: null }));
    const { store } = await openStore(folder);
    await until(store, () => store.get(id).trouble === null);
    expect(store.get(id)).toEqual(sidecar);
  });

  it("removes what a killed console had not begun, and leaves what is damaged to be seen", async () => {
    const folder = temporaryFolder();
    const killed = await openStore(folder);
    const empty = await record(killed.store, killed.clock);
    killed.clock.at += 1;
    const damaged = await record(killed.store, killed.clock);
    await killed.store.close();
    for (const id of [empty, damaged]) {
      const path = join(folder, "recordings", `${id}.json`);
      writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), endedAt: null }));
    }
    truncateSync(join(folder, "recordings", `${empty}.fbs`), 0);
    writeFileSync(join(folder, "recordings", `${damaged}.fbs`), "this is no recording");
    const { store, reports } = await openStore(folder);
    await until(store, () => reports.length === 1 && store.list(null).length === 1);
    expect(store.list(null)).toMatchObject([{ id: damaged, trouble: troubles.killed }]);
    await expect(store.replay(damaged, { from: 0, speed: 1 })).rejects.toMatchObject({
      code: "recording.damaged",
    });
  });

  it("leaves nothing of a recording that never began", async () => {
    const folder = temporaryFolder();
    const { store } = await openStore(folder);
    const recorder = store.begin(subject);
    recorder.fromServer(serverGreeting().version);
    recorder.end();
    await store.close();
    expect(store.list(null)).toEqual([]);
    expect(readdirSync(join(folder, "recordings"))).toEqual([]);
  });

  it("gives a file in pieces, whole", async () => {
    const folder = temporaryFolder();
    const { store, clock } = await openStore(folder);
    const recorder = store.begin(subject);
    greet(recorder);
    const picture = rawUpdate(512, 512, 0x12345678);
    recorder.fromServer(picture);
    clock.at += 10;
    recorder.end();
    const { id } = recorder.recording;
    await until(store, () => store.get(id).endedAt !== null && store.get(id).bytes > 0);
    const pieces: Buffer[] = [];
    for (let offset = 0; ; ) {
      const { total, piece } = await store.piece(id, offset);
      expect(piece.length).toBeLessThanOrEqual(512 * 1024);
      pieces.push(piece);
      offset += piece.length;
      if (offset === total) break;
    }
    await store.close();
    expect(pieces.length).toBe(3);
    expect(Buffer.concat(pieces).equals(readFileSync(join(folder, "recordings", `${id}.fbs`)))).toBe(true);
    expect((await store.piece(id, 2 ** 50)).piece).toHaveLength(0);
  });

  it("removes a recording, but none under way", async () => {
    const folder = temporaryFolder();
    const { store, clock } = await openStore(folder);
    const id = await record(store, clock);
    const running = store.begin(subject);
    greet(running);
    const busy = { code: "recording.under-way" };
    await expect(store.forget(running.recording.id)).rejects.toMatchObject(busy);
    await expect(store.replay(running.recording.id, { from: 0, speed: 1 })).rejects.toMatchObject(busy);
    await store.forget(id);
    expect(store.list(null).map((each) => each.id)).toEqual([running.recording.id]);
    expect(readdirSync(join(folder, "recordings")).some((name) => name.startsWith(id))).toBe(false);
    await expect(store.forget(id)).rejects.toMatchObject({ code: "recording.unknown" });
    await expect(store.piece(id, 0)).rejects.toMatchObject({ code: "recording.unknown" });
  });

  it("says that a recording cannot be read when its file has gone", async () => {
    const folder = temporaryFolder();
    const { store, clock } = await openStore(folder);
    const id = await record(store, clock);
    rmSync(join(folder, "recordings", `${id}.fbs`));
    const gone = { code: "recording.cannot-read" };
    await expect(store.replay(id, { from: 0, speed: 1 })).rejects.toMatchObject(gone);
    await expect(store.piece(id, 0)).rejects.toMatchObject(gone);
  });

  it("ends recordings with the console, and takes none afterwards", async () => {
    const folder = temporaryFolder();
    const { store, clock } = await openStore(folder);
    const recorder = store.begin(subject);
    greet(recorder);
    clock.at += 70;
    await store.close();
    expect(store.list(null)).toMatchObject([{ endedAt: clock.at, trouble: null }]);
    expect(blocksIn(join(folder, "recordings", `${recorder.recording.id}.fbs`)).parser.farewell).toBe(true);
    store.begin(subject);
    await store.close();
    expect(readdirSync(join(folder, "recordings"))).toHaveLength(2);
  });
});

describe("a recording that cannot go on", () => {
  it("ends at its largest size, with a farewell", async () => {
    const folder = temporaryFolder();
    const { store } = await openStore(folder, { most: 4096 });
    const recorder = store.begin(subject);
    const told: unknown[] = [];
    recorder.onTrouble((recording) => told.push(recording.trouble));
    greet(recorder);
    for (let index = 0; index < 5; index += 1) recorder.fromServer(Buffer.alloc(1000));
    expect(told).toEqual([troubles.longest]);
    await store.close();
    const path = join(folder, "recordings", `${recorder.recording.id}.fbs`);
    expect(statSync(path).size).toBeLessThanOrEqual(4096);
    expect(blocksIn(path).parser.farewell).toBe(true);
    expect(store.list(null)).toMatchObject([{ trouble: troubles.longest, bytes: statSync(path).size }]);
  });

  it("does not begin when it would take the journal's room on the disk", async () => {
    const folder = temporaryFolder();
    const { store } = await openStore(folder, { free: async () => 1024 });
    const recorder = store.begin(subject);
    const trouble = await new Promise((resolve) => {
      recorder.onTrouble((recording) => resolve(recording.trouble));
    });
    expect(trouble).toBe(troubles.diskFull);
    greet(recorder);
    await store.close();
    expect(readdirSync(join(folder, "recordings"))).toEqual([]);
  });

  it("says so when its folder cannot be made", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "recordings"), "a file in the way");
    const { store, reports } = await openStore(folder);
    expect(reports).toMatchObject([{ code: "recording.cannot-read" }]);
    const recorder = store.begin(subject);
    const trouble = await new Promise((resolve) => {
      recorder.onTrouble((recording) => resolve(recording.trouble));
    });
    expect(trouble).toMatchObject({ en: expect.stringContaining("recordings is not a folder") });
    expect(recorder.recording.endedAt).not.toBeNull();
  });
});
