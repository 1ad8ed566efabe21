import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OpsError } from "../../shared/errors.ts";
import type { JournalEvent } from "../../shared/journal.ts";
import { canonicalJson, sealEvent } from "./chain.ts";
import { Journal } from "./journal.ts";
import { verifyJournal } from "./verify.ts";

const count = 12;
let root: string;
let sound: string;
let rounds = 0;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "passerelle-verify-"));
  sound = mkdtempSync(join(root, "sound-"));
  write(sound, count);
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(folder: string, events: number): void {
  let now = 1_000_000;
  const journal = Journal.open({
    folder,
    actor: "operator-a",
    workstation: "bridge.example",
    now: () => now++,
  });
  for (let number = 1; number <= events; number += 1) {
    journal.write({ type: "test.counted", subject: "tower-a", task: "t", data: { number, words: ["é"] } });
  }
  journal.close();
}

/** A copy of the sound journal, changed through SQL as somebody with the file in hands would. */
function tampered(work: (database: DatabaseSync) => void): string {
  return copied((database) => {
    // A plain table of the same name: the real one would refuse a line that is no JSON.
    database.exec(`
      CREATE TABLE plain (stream TEXT, revision INTEGER, value TEXT);
      INSERT INTO plain SELECT stream, revision, value FROM entries;
      DROP TABLE entries;
      ALTER TABLE plain RENAME TO entries;
    `);
    work(database);
  });
}

function copied(work: (database: DatabaseSync) => void): string {
  const folder = join(root, `tampered-${rounds++}`);
  cpSync(sound, folder, { recursive: true });
  const database = new DatabaseSync(join(folder, "journal.sqlite"));
  work(database);
  database.close();
  return folder;
}

function line(database: DatabaseSync, revision: number): string {
  return String(database.prepare("SELECT value FROM entries WHERE revision = ?").get(revision)?.value);
}

function setLine(database: DatabaseSync, revision: number, value: string): void {
  database.prepare("UPDATE entries SET value = ? WHERE revision = ?").run(value, revision);
}

const sequenceNumber = fc.integer({ min: 1, max: count });

describe("verifyJournal", () => {
  it("finds a sound journal sound, without changing it", async () => {
    const before = readFileSync(join(sound, "journal.sqlite"));
    expect(await verifyJournal(sound)).toMatchObject({ intact: true, events: count, fault: null });
    expect(readFileSync(join(sound, "journal.sqlite"))).toEqual(before);
  });

  it("finds an untouched copy of it sound", async () => {
    expect(await verifyJournal(tampered(() => {}))).toMatchObject({ intact: true, events: count });
  });

  it("finds an empty journal sound, and says when there is none", async () => {
    const empty = mkdtempSync(join(root, "empty-"));
    await expect(verifyJournal(empty)).rejects.toThrow(OpsError);
    write(empty, 0);
    expect(await verifyJournal(empty)).toMatchObject({ intact: true, events: 0 });
  });

  it("reads beside a console at work", async () => {
    const journal = Journal.open({ folder: sound, actor: "operator-a", workstation: "bridge.example" });
    for (let number = 1; number <= 2500; number += 1) {
      journal.write({ type: "test.counted", subject: null, task: null, data: { number } });
    }
    const verdict = verifyJournal(sound);
    journal.write({ type: "test.counted", subject: null, task: null, data: {} });
    expect(await verdict).toMatchObject({ intact: true, events: count + 2500 });
    expect(await verifyJournal(sound)).toMatchObject({ intact: true, events: count + 2501 });
    journal.close();
  });

  it("finds any change of any field of any event", async () => {
    const fields = ["sequence", "at", "actor", "workstation", "type", "subject", "task", "data"] as const;
    const change = fc.record({
      at: sequenceNumber,
      field: fc.constantFrom(...fields, "previousHash" as const, "hash" as const, "extra" as const),
      value: fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.dictionary(fc.string(), fc.integer())),
    });
    await fc.assert(
      fc.asyncProperty(change, async ({ at, field, value }) => {
        const folder = tampered((database) => {
          const event = JSON.parse(line(database, at)) as Record<string, unknown>;
          fc.pre(canonicalJson(event[field] ?? "absent") !== canonicalJson(value));
          setLine(database, at, canonicalJson({ ...event, [field]: value }));
        });
        expect(await verifyJournal(folder)).toMatchObject({ intact: false, brokenAt: at, events: at - 1 });
      }),
      { numRuns: 60 },
    );
  });

  it("finds a flipped character anywhere in a line", async () => {
    await fc.assert(
      fc.asyncProperty(sequenceNumber, fc.nat(), async (at, place) => {
        const folder = tampered((database) => {
          const words = line(database, at);
          const index = place % words.length;
          const other = words[index] === "x" ? "y" : "x";
          setLine(database, at, words.slice(0, index) + other + words.slice(index + 1));
        });
        expect(await verifyJournal(folder)).toMatchObject({ intact: false, brokenAt: at });
      }),
      { numRuns: 40 },
    );
  });

  it("finds a missing event, also when those after it were counted anew", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: count - 1 }), fc.boolean(), async (at, recount) => {
        const folder = tampered((database) => {
          database.prepare("DELETE FROM entries WHERE revision = ?").run(at);
          if (!recount) return;
          for (let next = at + 1; next <= count; next += 1) {
            database.prepare("UPDATE entries SET revision = ? WHERE revision = ?").run(next - 1, next);
          }
          database.prepare("UPDATE streams SET revision = ?").run(count - 1);
        });
        expect(await verifyJournal(folder)).toMatchObject({ fault: "missing", brokenAt: at });
      }),
      { numRuns: 20 },
    );
  });

  it("finds two events that changed places", async () => {
    await fc.assert(
      fc.asyncProperty(sequenceNumber, sequenceNumber, async (one, other) => {
        fc.pre(one !== other);
        const folder = tampered((database) => {
          const kept = line(database, one);
          setLine(database, one, line(database, other));
          setLine(database, other, kept);
        });
        expect(await verifyJournal(folder)).toMatchObject({
          fault: "reordered",
          brokenAt: Math.min(one, other),
        });
      }),
      { numRuns: 20 },
    );
  });

  it("finds events cut off at the end, even when the table was made to agree", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: count - 1 }), fc.boolean(), async (kept, agree) => {
        const folder = tampered((database) => {
          database.prepare("DELETE FROM entries WHERE revision > ?").run(kept);
          if (agree) database.prepare("UPDATE streams SET revision = ?").run(kept);
        });
        expect(await verifyJournal(folder)).toMatchObject({ fault: "truncated", brokenAt: kept + 1 });
      }),
      { numRuns: 20 },
    );
  });

  it("finds a line that was forged with a fitting hash, in the middle and at the end", async () => {
    await fc.assert(
      fc.asyncProperty(sequenceNumber, async (at) => {
        const folder = tampered((database) => {
          const { hash: _, ...event } = JSON.parse(line(database, at)) as JournalEvent;
          setLine(database, at, sealEvent({ ...event, actor: "operator-b" }).line);
        });
        expect(await verifyJournal(folder)).toMatchObject({
          fault: "changed",
          brokenAt: Math.min(at + 1, count),
        });
      }),
      { numRuns: 12 },
    );
  });

  it("finds a line added behind the console's back", async () => {
    const folder = tampered((database) => {
      const last = JSON.parse(line(database, count)) as JournalEvent;
      const { line: forged } = sealEvent({ ...last, sequence: count + 1, previousHash: last.hash });
      database
        .prepare("INSERT INTO entries (stream, revision, value) VALUES ('journal', ?, ?)")
        .run(count + 1, forged);
    });
    expect(await verifyJournal(folder)).toMatchObject({ fault: "changed", brokenAt: count + 1 });
  });

  it("finds a head file that is gone, garbled or another's", async () => {
    const folder = tampered(() => {});
    const head = join(folder, "journal.head");
    const good = readFileSync(head);
    for (const bytes of [Buffer.from(""), Buffer.alloc(256), Buffer.from("garbage".repeat(40))]) {
      writeFileSync(head, bytes);
      expect(await verifyJournal(folder)).toMatchObject({ intact: false, fault: "unreadable" });
    }
    const other = mkdtempSync(join(root, "other-"));
    write(other, count - 3);
    cpSync(join(other, "journal.head"), head);
    expect((await verifyJournal(folder)).intact).toBe(true);
    write(other, 9);
    cpSync(join(other, "journal.head"), head);
    expect(await verifyJournal(folder)).toMatchObject({ intact: false });
    rmSync(head);
    expect(await verifyJournal(folder)).toMatchObject({ intact: false, fault: "unreadable" });
    writeFileSync(head, good);
    expect(await verifyJournal(folder)).toMatchObject({ intact: true });
  });

  it("finds damage of the file itself", async () => {
    const bytes = readFileSync(join(sound, "journal.sqlite"));
    const folder = tampered(() => {});
    const path = join(folder, "journal.sqlite");
    for (const damage of [
      () => writeFileSync(path, "not a database at all ".repeat(500)),
      () => writeFileSync(path, bytes.subarray(0, 5000)),
      () =>
        writeFileSync(path, Buffer.concat([bytes.subarray(0, 4096), Buffer.alloc(bytes.length - 4096, 7)])),
      () => writeFileSync(path, ""),
      () => rmSync(path),
    ]) {
      damage();
      expect(await verifyJournal(folder)).toMatchObject({ intact: false, events: 0, brokenAt: 1 });
    }
  });
});

describe("a journal with a damaged end", () => {
  it("is read but takes no more events, so that the damage is not covered", async () => {
    const folder = copied((database) => {
      database.prepare("DELETE FROM entries WHERE revision > ?").run(count - 2);
      database.prepare("UPDATE streams SET revision = ?").run(count - 2);
    });
    const journal = Journal.open({ folder, actor: "operator-a", workstation: "bridge.example" });
    expect(journal.state().state).toBe("failed");
    expect(() => journal.write({ type: "test.counted", subject: null, task: null, data: {} })).toThrowError(
      expect.objectContaining({ code: "journal.damaged" }),
    );
    expect(journal.forTask("t")).toHaveLength(count - 2);
    journal.close();
    expect(await verifyJournal(folder)).toMatchObject({ fault: "truncated", brokenAt: count - 1 });
  });

  it("is noticed when the table was taken away", () => {
    const folder = copied(() => {});
    for (const name of ["journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm"]) {
      if (existsSync(join(folder, name))) rmSync(join(folder, name));
    }
    const journal = Journal.open({ folder, actor: "operator-a", workstation: "bridge.example" });
    expect(journal.state().state).toBe("failed");
    journal.close();
  });
});
