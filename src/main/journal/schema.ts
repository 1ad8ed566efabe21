import type { DatabaseSync } from "node:sqlite";

/**
 * Each step takes the file from the format of its index to the next, in one transaction; `user_version` counts the
 * steps done. A step that was released is never edited: a new one is added.
 */
export const migrations: ReadonlyArray<(database: DatabaseSync) => void> = [
  (database) => {
    database.exec(`
      CREATE TABLE streams (stream TEXT PRIMARY KEY, revision INTEGER NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TABLE entries (
        stream TEXT NOT NULL,
        revision INTEGER NOT NULL,
        value TEXT NOT NULL,
        type TEXT GENERATED ALWAYS AS (value ->> '$.type') VIRTUAL,
        subject TEXT GENERATED ALWAYS AS (value ->> '$.subject') VIRTUAL,
        task TEXT GENERATED ALWAYS AS (value ->> '$.task') VIRTUAL,
        PRIMARY KEY (stream, revision)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX entries_by_type ON entries (stream, type, revision);
      CREATE INDEX entries_by_subject ON entries (stream, subject, revision) WHERE subject IS NOT NULL;
      CREATE INDEX entries_by_task ON entries (stream, task, revision) WHERE task IS NOT NULL;
      CREATE TABLE keys (key TEXT PRIMARY KEY, revision INTEGER NOT NULL, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TABLE leases (
        name TEXT PRIMARY KEY, holder TEXT NOT NULL, fence INTEGER NOT NULL, expires_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
    `);
  },
];
