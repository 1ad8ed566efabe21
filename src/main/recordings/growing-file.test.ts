import { type FileHandle, open, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { troubles } from "./faults.ts";
import { GrowingFile } from "./growing-file.ts";
import { temporaryFolder } from "./testing/recordings.ts";

afterEach(() => {
  vi.useRealTimers();
});

/** A file that a test breaks or holds up; `write` stands in for the disk's own. */
async function setUp(
  write?: (file: FileHandle, bytes: Buffer, offset: number, length: number, at: number) => Promise<number>,
  free: () => number = () => 2 ** 40,
) {
  const path = join(temporaryFolder(), "file");
  const file = await open(path, "wx", 0o600);
  const told: unknown[] = [];
  let rooms = 0;
  const handle = {
    write: async (bytes: Buffer, offset: number, length: number, at: number) => ({
      bytesWritten: write
        ? await write(file, bytes, offset, length, at)
        : (await file.write(bytes, offset, length, at)).bytesWritten,
    }),
    truncate: (length: number) => file.truncate(length),
    datasync: () => file.datasync(),
    close: () => file.close(),
  } as unknown as FileHandle;
  const growing = new GrowingFile(Promise.resolve(handle), {
    folder: "/",
    free: async () => free(),
    onRoom: () => {
      rooms += 1;
    },
    onWritten: () => {},
    onTrouble: (trouble) => told.push(trouble),
  });
  return { path, growing, told, rooms: () => rooms };
}

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}

describe("GrowingFile", () => {
  it("writes pieces in their order, also those that come while it writes", async () => {
    const { path, growing } = await setUp();
    growing.append(Buffer.from("a"));
    growing.append(Buffer.from("b"));
    await new Promise(setImmediate);
    for (const letter of "cdefg") {
      growing.append(Buffer.from(letter));
      await Promise.resolve();
    }
    await growing.end();
    expect(await readFile(path, "utf8")).toBe("abcdefg");
    expect(growing.bytes).toBe(7);
    growing.append(Buffer.from("late"));
    expect(growing.bytes).toBe(7);
  });

  it("goes on after a disk that takes only a part", async () => {
    const { path, growing } = await setUp(async (file, bytes, offset, length, at) => {
      return (await file.write(bytes, offset, Math.min(3, length), at)).bytesWritten;
    });
    growing.append(Buffer.from("0123456789"));
    await growing.end();
    expect(await readFile(path, "utf8")).toBe("0123456789");
  });

  it("asks to pause while the disk is behind, and says when there is room", async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { growing, rooms } = await setUp(async (_file, _bytes, _offset, length) => {
      await held;
      return length;
    });
    growing.append(Buffer.alloc(5 * 1024 * 1024));
    expect(growing.full).toBe(true);
    release();
    await growing.end();
    expect(growing.full).toBe(false);
    expect(rooms()).toBe(1);
  });

  it("is cut back to its last whole piece when the disk fills up", async () => {
    let writes = 0;
    const { path, growing, told } = await setUp(async (file, bytes, offset, length, at) => {
      writes += 1;
      if (writes === 3) throw failure("ENOSPC");
      const part = writes === 2 ? 4 : length;
      return (await file.write(bytes, offset, part, at)).bytesWritten;
    });
    growing.append(Buffer.from("first "));
    await vi.waitFor(() => expect(writes).toBe(1));
    await new Promise(setImmediate);
    growing.append(Buffer.from("second"));
    await vi.waitFor(() => expect(told).toEqual([troubles.diskFull]));
    growing.append(Buffer.from("third"));
    await growing.end();
    expect(await readFile(path, "utf8")).toBe("first ");
    expect(growing.bytes).toBe(6);
    expect(growing.full).toBe(false);
  });

  it("ends before the disk is full, for what else must be written there", async () => {
    let free = 2 ** 40;
    const { path, growing, told } = await setUp(undefined, () => free);
    growing.append(Buffer.alloc(1024 * 1024));
    await vi.waitFor(async () => expect((await stat(path)).size).toBe(1024 * 1024));
    free = 63 * 1024 * 1024;
    growing.append(Buffer.alloc(17 * 1024 * 1024));
    await growing.end();
    expect(told).toEqual([troubles.diskFull]);
    expect((await stat(path)).size).toBe(1024 * 1024);
  });

  it("gives up on a disk that does not answer, without waiting for it", async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { growing, told } = await setUp(async (_file, _bytes, _offset, length) => {
      await held;
      return length;
    });
    await new Promise(setImmediate);
    vi.useFakeTimers();
    growing.append(Buffer.from("x"));
    await vi.advanceTimersByTimeAsync(20_000);
    expect(told).toEqual([troubles.tooSlow]);
    expect(vi.getTimerCount()).toBe(0);
    release();
    await growing.end();
  });

  it("gives up on a disk that does not open the file, and closes it should it come late", async () => {
    vi.useFakeTimers();
    let come: (handle: FileHandle) => void = () => {};
    const told: unknown[] = [];
    const opening = new Promise<FileHandle>((resolve) => {
      come = resolve;
    });
    const growing = new GrowingFile(opening, {
      folder: "/",
      onRoom: () => {},
      onWritten: () => {},
      onTrouble: (trouble) => told.push(trouble),
    });
    growing.append(Buffer.alloc(5 * 1024 * 1024));
    expect(growing.full).toBe(true);
    await vi.advanceTimersByTimeAsync(20_000);
    expect([told, growing.full]).toEqual([[troubles.tooSlow], false]);
    await growing.end();
    const close = vi.fn(async () => {});
    come({ close } as unknown as FileHandle);
    await vi.waitFor(() => expect(close).toHaveBeenCalledTimes(1));
  });

  it("tells that it cannot be opened, once, and takes nothing", async () => {
    const told: unknown[] = [];
    const growing = new GrowingFile(Promise.reject(failure("EACCES")), {
      folder: "/",
      onRoom: () => {},
      onWritten: () => {},
      onTrouble: (trouble) => told.push(trouble),
    });
    growing.append(Buffer.from("x"));
    await growing.end();
    growing.append(Buffer.from("y"));
    expect(told).toEqual([troubles.cannotWrite]);
    expect(growing.bytes).toBe(0);
  });
});
