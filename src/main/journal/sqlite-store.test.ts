import { chmodSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { OpsError } from "../../shared/errors.ts";
import { SqliteStore } from "./sqlite-store.ts";
import type { StreamEntry } from "./store.ts";

let folder: string;
let store: SqliteStore;
let now = 1000;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-store-"));
  now = 1000;
  store = SqliteStore.open(join(folder, "store.sqlite"), () => now);
});

afterEach(() => {
  if (store.database.isOpen) store.close();
  rmSync(folder, { recursive: true, force: true });
});

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof OpsError) return thrown.code;
    throw thrown;
  }
  return "nothing was refused";
}

describe("append", () => {
  it("takes entries at the revision that was expected and none at another", () => {
    expect(store.append("a", 0, ["1", "2"])).toEqual({ appended: true, revision: 2 });
    expect(store.append("a", 0, ["3"])).toEqual({ appended: false, revision: 2 });
    expect(store.append("a", 3, ["3"])).toEqual({ appended: false, revision: 2 });
    expect(store.append("b", 0, ["4"])).toEqual({ appended: true, revision: 1 });
    const seen: StreamEntry[] = [];
    store.watch("a", 1, (entry) => seen.push(entry))();
    expect(seen).toEqual([
      { revision: 1, value: "1" },
      { revision: 2, value: "2" },
    ]);
  });

  it("lets one of two writers on one file win", () => {
    const other = SqliteStore.open(join(folder, "store.sqlite"));
    expect(store.append("a", 0, ["1"]).appended).toBe(true);
    expect(other.append("a", 0, ["2"])).toEqual({ appended: false, revision: 1 });
    expect(other.append("a", 1, ["2"]).appended).toBe(true);
    other.close();
  });

  it("leaves nothing of a batch with a value that is no JSON", () => {
    expect(() => store.append("a", 0, ["1", "{"])).toThrow(/malformed/);
    expect(store.append("a", 0, ["1", "2"])).toEqual({ appended: true, revision: 2 });
  });

  it("leaves nothing of a batch when the file cannot grow, and goes on when it can again", () => {
    store.append("a", 0, ["1"]);
    const pages = Number(store.database.prepare("PRAGMA page_count").get()?.page_count);
    store.database.exec(`PRAGMA max_page_count = ${pages}`);
    const large = JSON.stringify("x".repeat(20_000));
    expect(() => store.append("a", 1, ["2", large])).toThrow(/full/);
    expect(store.append("a", 7, ["2"])).toEqual({ appended: false, revision: 1 });
    store.database.exec("PRAGMA max_page_count = 1000000");
    expect(store.append("a", 1, ["2", large])).toEqual({ appended: true, revision: 3 });
  });
});

describe("watch", () => {
  it("tells the past, then what comes, until it is given up; a failing watcher harms nobody", () => {
    const warn = vi.spyOn(process, "emitWarning").mockReturnValue();
    store.append("a", 0, ["1", "2"]);
    const seen: number[] = [];
    const stop = store.watch("a", 2, (entry) => seen.push(entry.revision));
    const stopBad = store.watch("a", 3, () => {
      throw new Error("bad watcher");
    });
    store.append("a", 2, ["3"]);
    store.append("b", 0, ["1"]);
    stopBad();
    stop();
    store.append("a", 3, ["4"]);
    expect(seen).toEqual([2, 3]);
    expect(warn).toHaveBeenCalledOnce();
    warn.mockRestore();
  });
});

describe("compareAndSet", () => {
  it("sets a key only at the revision that was read", () => {
    expect(store.compareAndSet("k", 0, null)).toEqual({ set: false, revision: 0, value: null });
    expect(store.compareAndSet("k", 0, "1")).toEqual({ set: true, revision: 1, value: "1" });
    expect(store.compareAndSet("k", 0, "2")).toEqual({ set: false, revision: 1, value: "1" });
    expect(store.compareAndSet("k", 1, "2")).toEqual({ set: true, revision: 2, value: "2" });
    expect(store.compareAndSet("k", 2, null)).toEqual({ set: false, revision: 2, value: "2" });
  });
});

describe("lease", () => {
  it("is one holder's until it runs out, and every change of hands raises the fence", () => {
    expect(store.lease("l", "a", 100)).toEqual({ held: true, holder: "a", fence: 1, expiresAt: 1100 });
    expect(store.lease("l", "b", 100)).toEqual({ held: false, holder: "a", fence: 1, expiresAt: 1100 });
    now = 1050;
    expect(store.lease("l", "a", 100)).toEqual({ held: true, holder: "a", fence: 1, expiresAt: 1150 });
    now = 1150;
    expect(store.lease("l", "b", 100)).toEqual({ held: true, holder: "b", fence: 2, expiresAt: 1250 });
    expect(store.lease("l", "b", 0).held).toBe(false);
    expect(store.lease("l", "a", 100)).toEqual({ held: true, holder: "a", fence: 3, expiresAt: 1250 });
  });

  it("is not kept for hours by a dead holder when the clock jumps back", () => {
    now = 7_200_000;
    expect(store.lease("l", "a", 15_000).held).toBe(true);
    now -= 3_600_000;
    expect(store.lease("l", "b", 15_000)).toMatchObject({
      held: false,
      holder: "a",
      expiresAt: now + 60_000,
    });
    now += 59_999;
    expect(store.lease("l", "b", 15_000)).toMatchObject({ held: false, fence: 1 });
    now += 1;
    expect(store.lease("l", "b", 15_000)).toMatchObject({ held: true, holder: "b", fence: 2 });
  });

  it("never has two holders, nor one fence for two of them", () => {
    const step = fc.record({
      holder: fc.constantFrom("a", "b", "c"),
      duration: fc.constantFrom(0, 10, 50),
      wait: fc.nat(40),
    });
    let round = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const name = `lease-${round++}`;
        const holders = new Map<number, string>();
        let current: { holder: string; until: number } | null = null;
        for (const { holder, duration, wait } of steps) {
          now += wait;
          const lease = store.lease(name, holder, duration);
          if (!lease.held) {
            if (lease.holder === holder) current = null;
            continue;
          }
          if (current !== null && current.until > now) expect(current.holder).toBe(holder);
          expect(holders.get(lease.fence) ?? holder).toBe(holder);
          holders.set(lease.fence, holder);
          current = { holder, until: lease.expiresAt };
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe("the file", () => {
  it("is durable, private, and knows its format", () => {
    const mode = (name: string) => statSync(join(folder, name)).mode & 0o777;
    store.append("a", 0, ["1"]);
    expect([mode("store.sqlite"), mode("store.sqlite-wal"), mode("store.sqlite-shm")]).toEqual([
      0o600, 0o600, 0o600,
    ]);
    expect(store.database.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
    expect(store.database.prepare("PRAGMA synchronous").get()).toEqual({ synchronous: 2 });
    store.close();
    chmodSync(join(folder, "store.sqlite"), 0o644);
    store = SqliteStore.open(join(folder, "store.sqlite"));
    expect(mode("store.sqlite")).toBe(0o600);
    expect(store.append("a", 1, ["2"]).revision).toBe(2);
  });

  it("is refused when it is a link, of a newer format, or no database", () => {
    symlinkSync(join(folder, "store.sqlite"), join(folder, "link.sqlite"));
    expect(codeOf(() => SqliteStore.open(join(folder, "link.sqlite")))).toBe("files.foreign");
    store.database.exec("PRAGMA user_version = 99");
    store.close();
    expect(codeOf(() => SqliteStore.open(join(folder, "store.sqlite")))).toBe("journal.newer-version");
    writeFileSync(join(folder, "text.sqlite"), "this is a letter, not a database\n".repeat(100));
    expect(() => SqliteStore.open(join(folder, "text.sqlite"))).toThrow(/not a database/);
  });
});
