import { DatabaseSync, type StatementSync } from "node:sqlite";
import { claimPrivateFile, refuseForeignFile } from "../files/private-file.ts";
import { newerVersion } from "./faults.ts";
import { migrations } from "./schema.ts";
import type { Lease, Store, StreamEntry } from "./store.ts";

/** Milliseconds that a lease can be taken for at most; one that would last longer was written before the clock went back. */
const longestLease = 60_000;

interface Watcher {
  stream: string;
  listener: (entry: StreamEntry) => void;
}

/**
 * The store of one workstation: an SQLite file in WAL mode with synchronous=FULL, so that what was appended
 * outlives a power cut (https://sqlite.org/pragma.html#pragma_synchronous). All calls are synchronous and either
 * happen whole or not at all; errors are those of node:sqlite.
 */
export class SqliteStore implements Store {
  readonly database: DatabaseSync;
  readonly #now: () => number;
  readonly #statements = new Map<string, StatementSync>();
  readonly #watchers = new Set<Watcher>();

  private constructor(database: DatabaseSync, now: () => number) {
    this.database = database;
    this.#now = now;
  }

  /** Opens or makes the file (mode 0600). Throws OpsError `files.foreign`, `journal.newer-version` or SQLite's. */
  static open(path: string, now: () => number = Date.now): SqliteStore {
    claimPrivateFile(path);
    // SQLite opens these by itself, and would follow where they lead (https://sqlite.org/tempfiles.html).
    for (const companion of ["-wal", "-shm", "-journal"]) refuseForeignFile(`${path}${companion}`);
    const database = new DatabaseSync(path, { timeout: 2000, allowExtension: false });
    try {
      prepare(database);
      return new SqliteStore(database, now);
    } catch (thrown) {
      database.close();
      throw thrown;
    }
  }

  append(stream: string, expected: number, values: string[]): { appended: boolean; revision: number } {
    const entries = values.map((value, index) => ({ revision: expected + index + 1, value }));
    const result = this.#transaction(() => {
      const found = this.#one("SELECT revision FROM streams WHERE stream = ?", stream);
      const current = Number(found?.revision ?? 0);
      if (current !== expected || entries.length === 0) return { appended: false, revision: current };
      const insert = this.#prepare("INSERT INTO entries (stream, revision, value) VALUES (?, ?, ?)");
      for (const entry of entries) insert.run(stream, entry.revision, entry.value);
      const revision = expected + entries.length;
      this.#prepare(
        "INSERT INTO streams (stream, revision) VALUES (?, ?) ON CONFLICT (stream) DO UPDATE SET revision = excluded.revision",
      ).run(stream, revision);
      return { appended: true, revision };
    });
    if (result.appended) for (const entry of entries) this.#tell(stream, entry);
    return result;
  }

  compareAndSet(
    key: string,
    expected: number,
    value: string | null,
  ): { set: boolean; revision: number; value: string | null } {
    return this.#transaction(() => {
      const found = this.#one("SELECT revision, value FROM keys WHERE key = ?", key);
      const current = Number(found?.revision ?? 0);
      if (current !== expected || value === null) {
        return { set: false, revision: current, value: found === undefined ? null : String(found.value) };
      }
      this.#prepare(
        "INSERT INTO keys (key, revision, value) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET revision = excluded.revision, value = excluded.value",
      ).run(key, current + 1, value);
      return { set: true, revision: current + 1, value };
    });
  }

  watch(stream: string, from: number, listener: (entry: StreamEntry) => void): () => void {
    const past = this.#prepare(
      "SELECT revision, value FROM entries WHERE stream = ? AND revision >= ? ORDER BY revision",
    ).all(stream, from);
    for (const row of past) listener({ revision: Number(row.revision), value: String(row.value) });
    const watcher = { stream, listener };
    this.#watchers.add(watcher);
    return () => {
      this.#watchers.delete(watcher);
    };
  }

  lease(name: string, holder: string, duration: number): Lease {
    return this.#transaction(() => {
      const now = this.#now();
      const found = this.#one("SELECT holder, fence, expires_at FROM leases WHERE name = ?", name);
      const written = Number(found?.expires_at ?? 0);
      const current = {
        holder: String(found?.holder ?? ""),
        fence: Number(found?.fence ?? 0),
        expiresAt: Math.min(written, now + longestLease),
      };
      if (current.expiresAt < written) {
        this.#prepare("UPDATE leases SET expires_at = ? WHERE name = ?").run(current.expiresAt, name);
      }
      const running = current.expiresAt > now;
      if (running && current.holder !== holder) return { held: false, ...current };
      if (duration <= 0 && !running) return { held: false, ...current };
      const lease = {
        holder,
        fence: running ? current.fence : current.fence + 1,
        expiresAt: duration > 0 ? now + Math.min(duration, longestLease) : now,
      };
      this.#prepare(
        "INSERT INTO leases (name, holder, fence, expires_at) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, fence = excluded.fence, expires_at = excluded.expires_at",
      ).run(name, lease.holder, lease.fence, lease.expiresAt);
      return { held: duration > 0, ...lease };
    });
  }

  now(): number {
    return this.#now();
  }

  close(): void {
    this.#watchers.clear();
    this.#statements.clear();
    this.database.close();
  }

  #tell(stream: string, entry: StreamEntry): void {
    for (const watcher of [...this.#watchers]) {
      if (watcher.stream !== stream) continue;
      try {
        watcher.listener(entry);
      } catch (thrown) {
        // The entry is on disk: what a watcher makes of it must not look like a failed append.
        process.emitWarning(
          `a watcher of stream ${stream} failed: ${thrown instanceof Error ? thrown.name : ""}`,
        );
      }
    }
  }

  #one(sql: string, ...values: string[]) {
    return this.#prepare(sql).get(...values);
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql) ?? this.database.prepare(sql);
    this.#statements.set(sql, known);
    return known;
  }

  #transaction<T>(work: () => T): T {
    this.database.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.database.exec("COMMIT");
      return result;
    } catch (thrown) {
      // A full disk makes SQLite roll back by itself; anything else is rolled back here.
      if (this.database.isTransaction) this.database.exec("ROLLBACK");
      throw thrown;
    }
  }
}

function prepare(database: DatabaseSync): void {
  const mode = database.prepare("PRAGMA journal_mode = WAL").get();
  if (mode?.journal_mode !== "wal") throw new Error("the file system does not allow write-ahead logging");
  // fullfsync matters on macOS only, where a plain fsync does not reach the platter.
  database.exec("PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA trusted_schema = OFF");
  const version = Number(database.prepare("PRAGMA user_version").get()?.user_version ?? 0);
  if (version > migrations.length) throw newerVersion(version, migrations.length);
  for (const [index, migrate] of migrations.entries()) {
    if (index < version) continue;
    database.exec("BEGIN IMMEDIATE");
    try {
      migrate(database);
      database.exec(`PRAGMA user_version = ${index + 1}`);
      database.exec("COMMIT");
    } catch (thrown) {
      if (database.isTransaction) database.exec("ROLLBACK");
      throw thrown;
    }
  }
}
