import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { OpsError } from "../../shared/errors.ts";
import { journalFilterSchema, type NewJournalEvent } from "../../shared/journal.ts";
import { Journal } from "./journal.ts";

let folder: string;
let journal: Journal;
let now = 1_000_000;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-journal-"));
  now = 1_000_000;
  journal = reopen();
});

afterEach(() => {
  journal.close();
  rmSync(folder, { recursive: true, force: true });
});

function reopen(): Journal {
  return Journal.open({ folder, actor: "operator-a", workstation: "bridge.example", now: () => now });
}

function event(type: string, more: Partial<NewJournalEvent> = {}): NewJournalEvent {
  return { type, subject: null, task: null, data: {}, ...more };
}

function page(filter: Partial<Parameters<typeof journalFilterSchema.parse>[0] & object>) {
  return journal.page(journalFilterSchema.parse(filter));
}

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof OpsError) return thrown.code;
    throw thrown;
  }
  return "nothing was thrown";
}

describe("Journal", () => {
  it("chains events, over a restart as well, and verifies", async () => {
    const first = journal.write(event("console.started"));
    expect(first).toMatchObject({ sequence: 1, at: now, actor: "operator-a", workstation: "bridge.example" });
    const second = journal.write(event("secret.used", { subject: "tower-a", data: { name: "bounce" } }));
    expect(second.previousHash).toBe(first.hash);
    journal.close();
    journal = reopen();
    expect(journal.head).toBe(2);
    const third = journal.write(event("console.started"));
    expect(third).toMatchObject({ sequence: 3, previousHash: second.hash });
    expect(await journal.verify()).toEqual({
      intact: true,
      events: 3,
      lastHash: third.hash,
      brokenAt: null,
      fault: null,
    });
    expect(statSync(join(folder, "journal.sqlite")).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, "journal.head")).mode & 0o777).toBe(0o600);
  });

  it("keeps what it returned byte for byte", () => {
    const data = { z: 1, a: "é\u0000\ud800", nested: { __proto__x: [null, true, 1e-7] } };
    const written = journal.write(event("test.said", { data }));
    expect(page({}).events).toEqual([written]);
    expect(Object.keys(written.data)).toEqual(["a", "nested", "z"]);
  });

  it("writes many with one flush, or none when one of them cannot be written", () => {
    const written = journal.writeAll([event("a.one"), event("a.two")]);
    expect(written.map((one) => one.sequence)).toEqual([1, 2]);
    const huge = event("a.huge", { data: { words: "x".repeat(5_000_000) } });
    expect(codeOf(() => journal.writeAll([event("a.three"), huge]))).toBe("journal.event-too-large");
    expect(journal.head).toBe(2);
    expect(journal.writeAll([])).toEqual([]);
    expect(journal.write(event("a.three")).sequence).toBe(3);
  });

  it("never goes back in time and says when the clock did", () => {
    journal.write(event("a.one"));
    now -= 60_000;
    const late = journal.write(event("a.two", { data: { kept: 1 } }));
    expect(late).toMatchObject({ sequence: 3, at: 1_000_000, data: { kept: 1, wallTime: 940_000 } });
    expect(page({ types: ["clock.jumped-back"] }).events).toMatchObject([
      { sequence: 2, at: 1_000_000, data: { wallTime: 940_000, milliseconds: 60_000 } },
    ]);
    journal.close();
    journal = reopen();
    expect(journal.writeAll([event("a.three"), event("a.four")]).map((one) => one.at)).toEqual([
      1_000_000, 1_000_000,
    ]);
    now += 120_000;
    expect(journal.write(event("a.five"))).toMatchObject({ at: now, data: {} });
  });

  it("reports the head to those who listen, and a failing listener harms nobody", () => {
    const warn = vi.spyOn(process, "emitWarning").mockReturnValue();
    const heads: [number, number][] = [];
    const stop = journal.onHead((head) => heads.push([head, journal.head]));
    const stopBad = journal.onHead(() => {
      throw new Error("bad listener");
    });
    journal.write(event("a.one"));
    stopBad();
    journal.writeAll([event("a.two"), event("a.three")]);
    stop();
    journal.write(event("a.four"));
    expect(heads).toEqual([
      [1, 1],
      [3, 3],
    ]);
    expect(warn).toHaveBeenCalledOnce();
    warn.mockRestore();
  });

  it("keeps bookmarks", () => {
    expect(journal.bookmark("tasks")).toBeNull();
    journal.setBookmark("tasks", 7);
    journal.setBookmark("tasks", 9);
    journal.close();
    journal = reopen();
    expect(journal.bookmark("tasks")).toBe(9);
  });

  it("says that it cannot be opened where there is no folder", () => {
    expect(codeOf(() => Journal.open({ folder: join(folder, "no"), actor: "a", workstation: "w" }))).toBe(
      "journal.cannot-open",
    );
  });

  it("says that it cannot write once it is closed", () => {
    const closed = Journal.open({ folder: mkdtempSync(join(folder, "b-")), actor: "a", workstation: "w" });
    closed.close();
    expect(codeOf(() => closed.write(event("a.one")))).toBe("journal.cannot-write");
    expect(closed.state().state).toBe("failed");
  });
});

describe("page", () => {
  beforeEach(() => {
    journal.writeAll([
      event("action.intent", {
        subject: "tower-a",
        task: "t1",
        data: { action: "ssh.reboot", reason: "Élagage" },
      }),
      event("action.result", { subject: "tower-a", task: "t1", data: { outcome: "applied" } }),
      event("action.intent", { subject: "tower-b", task: "t2", data: { said: 'a "quoted" 100% _word_\\' } }),
      event("secret.used", { subject: "tower-b", data: { name: "bounce" } }),
    ]);
  });

  const sequences = (filter: Parameters<typeof page>[0]) => page(filter).events.map((one) => one.sequence);

  it("is newest first, in pages", () => {
    expect(sequences({ limit: 3 })).toEqual([4, 3, 2]);
    expect(sequences({ limit: 3, before: 2 })).toEqual([1]);
    expect(page({}).types).toEqual(["action.intent", "action.result", "secret.used"]);
  });

  it("filters by type, subject and task", () => {
    expect(sequences({ types: ["action.intent"] })).toEqual([3, 1]);
    expect(sequences({ types: ["action.result", "secret.used"] })).toEqual([4, 2]);
    expect(sequences({ subject: "tower-b" })).toEqual([4, 3]);
    expect(sequences({ task: "t1", types: ["action.result"] })).toEqual([2]);
    expect(journal.forTask("t1").map((one) => one.sequence)).toEqual([1, 2]);
    expect(journal.ofTypes(["action.intent", "action.result"], 2).map((one) => one.sequence)).toEqual([2, 3]);
  });

  it("finds words in what people read, whatever their case, and nothing in hashes and member names", () => {
    expect(sequences({ text: "élagage" })).toEqual([1]);
    expect(sequences({ text: "ELAGAGE" })).toEqual([]);
    expect(sequences({ text: "TOWER-A" })).toEqual([2, 1]);
    expect(sequences({ text: "operator" })).toEqual([4, 3, 2, 1]);
    expect(sequences({ text: '"quoted"' })).toEqual([3]);
    expect(sequences({ text: "100% _w" })).toEqual([3]);
    expect(sequences({ text: "_\\" })).toEqual([3]);
    expect(sequences({ text: "previousHash" })).toEqual([]);
    expect(sequences({ text: page({}).events[0]?.hash.slice(0, 12) ?? "" })).toEqual([]);
  });
});

describe("a console that is killed while it writes", () => {
  it("loses nothing that it had been told was written, and the chain holds", async () => {
    const script = new URL("./fixtures/write-until-killed.ts", import.meta.url).pathname;
    const killed = mkdtempSync(join(folder, "killed-"));
    const child = spawn(process.execPath, [script, killed], { stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    for await (const chunk of child.stdout) {
      said += String(chunk);
      if (said.split("\n").length > 200) child.kill("SIGKILL");
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    const confirmed = Number(said.slice(0, said.lastIndexOf("\n")).split("\n").at(-1));
    const after = Journal.open({ folder: killed, actor: "operator-a", workstation: "bridge.example" });
    expect(after.state().state).toBe("writing");
    expect(after.head).toBeGreaterThanOrEqual(confirmed);
    expect(await after.verify()).toMatchObject({ intact: true, events: after.head });
    expect(after.write(event("console.started")).sequence).toBe(after.head);
    expect(await after.verify()).toMatchObject({ intact: true });
    after.close();
  });
});
