import { existsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import type { JournalVerdict } from "../../shared/journal.ts";
import { canonicalJson, eventHash, genesisHash, parseLine } from "./chain.ts";
import { journalStream, readEvent } from "./event-query.ts";
import { noJournal } from "./faults.ts";
import { type Anchor, readAnchor } from "./head-file.ts";

export const databaseName = "journal.sqlite";
export const headName = "journal.head";

type Fault = NonNullable<JournalVerdict["fault"]>;
interface Broken {
  fault: Fault;
  at: number;
}

/** Rows judged between two turns of the event loop, so that a window on top stays alive. */
const rowsPerTurn = 1000;

/**
 * Reads the whole journal of a data folder, without writing, and says whether the chain holds: each line is what
 * was hashed, none is missing or moved, and the end is where the head file and the stream's own row say. It may run
 * beside a working console and after a crash. Throws OpsError `journal.not-found` when there is no journal at all.
 */
export async function verifyJournal(folder: string): Promise<JournalVerdict> {
  const path = join(folder, databaseName);
  const headPath = join(folder, headName);
  if (!existsSync(path) && !existsSync(headPath)) throw noJournal();
  // The anchor is read before the snapshot is taken: the table may then only be further on.
  const anchor = readAnchor(headPath);
  const walk = { events: 0, lastHash: genesisHash };
  let broken: Broken | null;
  try {
    broken = await inSnapshot(path, (database) => judge(database, walk, anchor));
  } catch {
    broken = { fault: "unreadable", at: walk.events + 1 };
  }
  const { events, lastHash } = walk;
  return {
    intact: broken === null,
    events,
    lastHash,
    brokenAt: broken?.at ?? null,
    fault: broken?.fault ?? null,
  };
}

async function inSnapshot<T>(path: string, work: (database: DatabaseSync) => Promise<T>): Promise<T> {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 2000 });
  try {
    database.exec("BEGIN");
    return await work(database);
  } finally {
    database.close();
  }
}

/** Walks the chain and keeps in `walk` how many lines held and the hash of the last one. */
async function judge(
  database: DatabaseSync,
  walk: { events: number; lastHash: string },
  anchor: Anchor | null,
): Promise<Broken | null> {
  const batch = database.prepare(
    "SELECT revision, value FROM entries WHERE stream = ? AND revision > ? ORDER BY revision LIMIT ?",
  );
  let anchorHash: string | null = anchor?.sequence === 0 ? genesisHash : null;
  for (;;) {
    const rows = batch.all(journalStream, walk.events, rowsPerTurn);
    for (const row of rows) {
      const sequence = walk.events + 1;
      if (Number(row.revision) !== sequence) return { fault: "missing", at: sequence };
      const line = judgeLine(String(row.value), sequence, walk.lastHash);
      if ("fault" in line) return line.fault === "missing" ? whereIs(database, sequence) : line;
      walk.events = sequence;
      walk.lastHash = line.hash;
      if (sequence === anchor?.sequence) anchorHash = line.hash;
    }
    if (rows.length < rowsPerTurn) break;
    await setImmediate();
  }
  return judgeEnd(database, walk.events, anchor, anchorHash);
}

function judgeLine(line: string, sequence: number, previousHash: string): { hash: string } | Broken {
  const changed: Broken = { fault: "changed", at: sequence };
  if (parseLine(line) === undefined) return { fault: "unreadable", at: sequence };
  const event = readEvent(line);
  // A line must be the canonical spelling: white space or a doubled member would not show in the hash.
  if (event === null || canonicalJson(event) !== line || eventHash(event) !== event.hash) return changed;
  if (event.sequence !== sequence) return { fault: "missing", at: sequence };
  return event.previousHash === previousHash ? { hash: event.hash } : changed;
}

/** A sound line stands where another belongs: the other was moved if it is still somewhere, else taken away. */
function whereIs(database: DatabaseSync, sequence: number): Broken {
  const rows = database
    .prepare("SELECT value FROM entries WHERE stream = ? AND value LIKE ?")
    .iterate(journalStream, `%"sequence":${sequence},%`);
  for (const row of rows) {
    if (readEvent(String(row.value))?.sequence === sequence) return { fault: "reordered", at: sequence };
  }
  return { fault: "missing", at: sequence };
}

function judgeEnd(
  database: DatabaseSync,
  events: number,
  anchor: Anchor | null,
  anchorHash: string | null,
): Broken | null {
  const stream = database.prepare("SELECT revision FROM streams WHERE stream = ?").get(journalStream);
  const written = Number(stream?.revision ?? 0);
  if (events < written) return { fault: "truncated", at: events + 1 };
  if (events > written) return { fault: "changed", at: written + 1 };
  if (anchor === null) return { fault: "unreadable", at: events + 1 };
  if (anchor.sequence > events) return { fault: "truncated", at: events + 1 };
  return anchorHash === anchor.hash ? null : { fault: "changed", at: anchor.sequence };
}
