import { writeFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { OpsError } from "../../shared/errors.ts";
import type { ScreenEnd } from "../systems/system.ts";
import { fbsBlock, fbsHeader } from "./fbs.ts";
import { recordedGreeting } from "./greeting.ts";
import { ReplaySource } from "./replay-source.ts";
import { temporaryFolder } from "./testing/recordings.ts";
import { formatOf, rawUpdate, serverGreeting, viewer } from "./testing/wire.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const format = formatOf(32, 24);
const greeting = recordedGreeting({ width: 2, height: 1, pixelFormat: format, name: Buffer.from("tower-a") });
const picture = (index: number) => rawUpdate(2, 1, index);

/** A file of pictures, each at its time in milliseconds. */
function fileOf(times: readonly number[], farewell = true): Buffer {
  const blocks = times.map((at, index) => fbsBlock(picture(index), at));
  const last = farewell ? [fbsBlock(new Uint8Array(), times.at(-1) ?? 0)] : [];
  return Buffer.concat([fbsHeader, fbsBlock(greeting, 0), ...blocks, ...last]);
}

/** Work of the disk that has not come back. */
let underWay = 0;

async function tracked<Value>(work: Promise<Value>): Promise<Value> {
  underWay += 1;
  try {
    return await work;
  } finally {
    underWay -= 1;
  }
}

/** An open file whose work is known to `settled`; `fails` says which of its reads do. */
async function openFile(
  bytes: Uint8Array,
  fails: (read: number) => boolean = () => false,
): Promise<FileHandle> {
  const path = join(temporaryFolder(), "recording.fbs");
  writeFileSync(path, bytes);
  const file = await open(path, "r");
  let reads = 0;
  const handle: Pick<FileHandle, "fd" | "close"> & { read: unknown } = {
    get fd() {
      return file.fd;
    },
    read: (buffer: Buffer, offset: number, length: number, position: number) => {
      reads += 1;
      if (fails(reads)) return Promise.reject(new Error("EIO"));
      return tracked(file.read(buffer, offset, length, position));
    },
    close: () => tracked(file.close()),
  };
  return handle as FileHandle;
}

/** Opens a replay and listens to it; the viewer says nothing yet. */
async function replay(bytes: Uint8Array, { from = 0, speed = 1 } = {}) {
  const file = await openFile(bytes);
  const source = await ReplaySource.open(file, { from, speed, now: () => performance.now() });
  onTestFinished(() => source.close());
  const said: { at: number; bytes: Buffer }[] = [];
  const ends: ScreenEnd[] = [];
  let firstPixels = 0;
  source.onData((each) => said.push({ at: performance.now(), bytes: Buffer.from(each) }));
  source.onFirstPixels(() => {
    firstPixels += 1;
  });
  source.onEnd((end) => ends.push(end));
  const greet = (wanted: Buffer | null = format) => {
    source.resume();
    source.write(viewer.greeting());
    if (wanted) source.write(viewer.pixelFormat(wanted));
    source.write(viewer.update());
  };
  return { file, source, said, ends, greet, firstPixels: () => firstPixels };
}

/** Lets so many milliseconds pass, and whatever the disk has to say. */
async function pass(milliseconds: number): Promise<void> {
  await settled();
  await vi.advanceTimersByTimeAsync(milliseconds);
  await settled();
}

/** Resolves once nothing is left to do before time passes. */
async function settled(): Promise<void> {
  for (let quiet = 0; quiet < 3; quiet = underWay === 0 ? quiet + 1 : 0) await new Promise(setImmediate);
}

const isClosed = (file: FileHandle) => file.fd === -1;

describe("ReplaySource", () => {
  it("greets as RFB 3.8 without log-in, one step for each of the viewer's", async () => {
    const { source, said } = await replay(fileOf([0]));
    expect(source).toMatchObject({ route: "recording", name: "tower-a", width: 2, height: 1 });
    source.write(viewer.greeting());
    expect(said).toEqual([]);
    source.resume();
    const steps = serverGreeting("tower-a", { format });
    const whole = () => Buffer.concat(said.map(({ bytes }) => bytes));
    expect(whole()).toEqual(steps.version);
    const greeted = viewer.greeting();
    source.write(greeted.subarray(0, 5));
    source.write(greeted.subarray(5, 12));
    expect(whole()).toEqual(Buffer.concat([steps.version, steps.types]));
    source.write(greeted.subarray(12, 13));
    expect(whole()).toEqual(Buffer.concat([steps.version, steps.types, steps.result]));
    source.write(greeted.subarray(13));
    expect(whole()).toEqual(steps.whole);
  });

  it("plays at the file's pace, and ends with the file", async () => {
    const { greet, said, ends, firstPixels, file } = await replay(fileOf([0, 1000, 1500]));
    greet();
    await pass(0);
    const shown = () => said.slice(4).map(({ bytes }) => bytes.readUInt32LE(16));
    expect(shown()).toEqual([0]);
    await pass(999);
    expect(shown()).toEqual([0]);
    await pass(1);
    expect(shown()).toEqual([0, 1]);
    await pass(500);
    expect(shown()).toEqual([0, 1, 2]);
    await pass(0);
    expect(ends).toEqual([{ error: null, returns: null }]);
    expect(firstPixels()).toBe(1);
    expect(isClosed(file)).toBe(true);
  });

  it("plays what is before its beginning without waiting, and the rest at its speed", async () => {
    const { greet, said } = await replay(fileOf([0, 10_000, 60_000, 64_000]), { from: 60_000, speed: 4 });
    greet();
    await pass(0);
    expect(said.slice(4)).toHaveLength(3);
    await pass(999);
    expect(said.slice(4)).toHaveLength(3);
    await pass(1);
    expect(said.slice(4)).toHaveLength(4);
  });

  it("stands still while it is paused, and does not hurry much afterwards", async () => {
    const { source, greet, said } = await replay(fileOf([0, 1000, 1900, 3000]));
    greet();
    await pass(500);
    source.pause();
    await pass(60_000);
    expect(said.slice(4)).toHaveLength(1);
    source.resume();
    await pass(0);
    expect(said.slice(4).length).toBeGreaterThanOrEqual(2);
    await pass(300);
    expect(said.slice(4).length).toBeLessThan(4);
    await pass(3000);
    expect(said.slice(4)).toHaveLength(4);
  });

  it("takes no input, and answers no viewer that wants other pixels", async () => {
    const { source, greet, said, ends, file } = await replay(fileOf([0, 5]));
    greet();
    source.write(viewer.key(true, 0xff0d));
    source.write(Buffer.from([99, 99]));
    await pass(5);
    expect(said.slice(4)).toHaveLength(2);
    expect(isClosed(file)).toBe(true);
    expect(ends).toMatchObject([{ error: null }]);
    const other = await replay(fileOf([0, 5]));
    other.greet(formatOf(16, 15));
    await pass(10);
    expect(other.said).toHaveLength(4);
    expect(other.ends).toMatchObject([{ error: { code: "recording.other-pixel-format" } }]);
    expect(isClosed(other.file)).toBe(true);
  });

  it("plays a file without farewell to its last whole block", async () => {
    const whole = fileOf([0, 10, 20], false);
    const { greet, said, ends } = await replay(whole.subarray(0, whole.length - 3));
    greet();
    await pass(50);
    expect(said.slice(4)).toHaveLength(2);
    expect(ends).toEqual([{ error: null, returns: null }]);
  });

  it("says where a file is damaged, after what stands before", async () => {
    const damaged = Buffer.concat([
      fileOf([0, 10], false),
      Buffer.from([0x7f, 0xff, 0xff, 0xff, 1, 2, 3, 4]),
    ]);
    const { greet, said, ends } = await replay(damaged);
    greet();
    await pass(50);
    expect(said.slice(4)).toHaveLength(2);
    expect(ends).toMatchObject([{ error: { code: "recording.damaged" } }]);
  });

  it.each<[string, Buffer]>([
    ["an empty file", Buffer.alloc(0)],
    ["a file that is only a header", fbsHeader],
    ["something else", Buffer.from("%PDF-1.7 and so on")],
    [
      "a stream that greets in another way",
      Buffer.concat([fbsHeader, fbsBlock(Buffer.from("SSH-2.0-x"), 0)]),
    ],
    ["a farewell at once", Buffer.concat([fbsHeader, fbsBlock(new Uint8Array(), 0)])],
    ["a name that lies about its length", Buffer.concat([fbsHeader, fbsBlock(lyingName(), 0)])],
  ])("refuses %s, and closes it", async (_what, bytes) => {
    const file = await openFile(bytes);
    const options = { from: 0, speed: 1, now: () => 0 };
    await expect(ReplaySource.open(file, options)).rejects.toMatchObject({ code: "recording.damaged" });
    expect(isClosed(file)).toBe(true);
  });

  it("closes its file whenever it is closed: before, while and after it plays", async () => {
    const before = await replay(fileOf([0]));
    before.source.close();
    const during = await replay(fileOf([0, 60_000]));
    during.greet();
    await pass(10);
    during.source.close();
    const after = await replay(fileOf([0]));
    after.greet();
    await pass(10);
    after.source.close();
    await pass(0);
    expect([before, during, after].map(({ file }) => isClosed(file))).toEqual([true, true, true]);
    expect([before, during, after].map(({ ends }) => ends.length)).toEqual([0, 0, 1]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("says that a disk cannot be read", async () => {
    const file = await openFile(fileOf([0], false), (read) => read > 1);
    const source = await ReplaySource.open(file, { from: 0, speed: 1, now: () => performance.now() });
    const ends: ScreenEnd[] = [];
    source.onEnd((end) => ends.push(end));
    source.resume();
    source.write(Buffer.concat([viewer.greeting(), viewer.update()]));
    await pass(0);
    expect(ends).toMatchObject([{ error: { code: "recording.cannot-read" } }]);
    expect(isClosed(file)).toBe(true);
  });

  it("meets any file and any viewer with an OpsError or an end", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 200 }),
        fc.uint8Array({ maxLength: 100 }),
        fc.boolean(),
        fc.boolean(),
        async (noise, talk, greeted, polite) => {
          const head = greeted ? [fbsHeader, fbsBlock(greeting, 0)] : [fbsHeader];
          const file = await openFile(Buffer.concat([...head, noise]));
          try {
            const source = await ReplaySource.open(file, { from: 2 ** 40, speed: 64, now: () => 0 });
            source.resume();
            source.write(Buffer.concat(polite ? [viewer.greeting(), viewer.update(), talk] : [talk]));
            await settled();
            source.close();
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(OpsError);
          }
          await settled();
          expect(isClosed(file)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });
});

function lyingName(): Buffer {
  const said = Buffer.from(greeting);
  said.writeUInt32BE(0xffff_ffff, 16 + 20);
  return said;
}
