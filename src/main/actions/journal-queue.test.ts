import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { JournalEvent, NewJournalEvent } from "../../shared/journal.ts";
import { fakeError } from "./fixtures/fake-estate.ts";
import { JournalQueue } from "./journal-queue.ts";

const event = (type: string): NewJournalEvent => ({ type, subject: null, task: null, data: {} });

class FakeJournal {
  batches: string[][] = [];
  failure: Error | null = null;
  tooLarge = "";

  writeAll(events: readonly NewJournalEvent[]): JournalEvent[] {
    if (this.failure) throw this.failure;
    if (events.some((one) => one.type === this.tooLarge)) throw fakeError("journal.event-too-large");
    this.batches.push(events.map((one) => one.type));
    return events.map((one, index) => ({
      ...one,
      sequence: index + 1,
      at: 0,
      actor: "",
      workstation: "",
      previousHash: "",
      hash: "",
    }));
  }
}

let journal: FakeJournal;
let queue: JournalQueue;

beforeEach(() => {
  journal = new FakeJournal();
  queue = new JournalQueue(journal);
});

afterEach(() => {
  queue.close();
  vi.useRealTimers();
});

describe("JournalQueue", () => {
  it("flushes once for all that came in one turn, in order", async () => {
    const written = await Promise.all([
      queue.record(event("a")),
      queue.keep(event("b")),
      queue.record(event("c")),
    ]);
    expect(written).toMatchObject([{ type: "a" }, null, { type: "c" }]);
    expect(journal.batches).toEqual([["a", "b", "c"]]);
  });

  it("gives up what was to be recorded and keeps what has happened, until the journal takes it again", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    journal.failure = fakeError("journal.cannot-write");
    const kept = queue.keep(event("happened"));
    await expect(queue.record(event("wanted"))).rejects.toMatchObject({ code: "journal.cannot-write" });
    expect(await kept).toMatchObject({ code: "journal.cannot-write" });
    expect(queue.pending).toBe(1);
    vi.advanceTimersByTime(10_000);
    expect(queue.pending).toBe(1);
    journal.failure = null;
    vi.advanceTimersByTime(10_000);
    expect(journal.batches).toEqual([["happened"]]);
    expect(queue.pending).toBe(0);
  });

  it("writes what waits before anything new", async () => {
    journal.failure = new Error("an unforeseen one");
    expect(await queue.keep(event("first"))).toMatchObject({ code: "general.unexpected" });
    journal.failure = null;
    await queue.record(event("second"));
    expect(journal.batches).toEqual([["first", "second"]]);
  });

  it("lets one event that is too large spoil no other", async () => {
    journal.tooLarge = "huge";
    const others = [queue.record(event("a")), queue.keep(event("b"))];
    await expect(queue.record(event("huge"))).rejects.toMatchObject({ code: "journal.event-too-large" });
    expect(await Promise.all(others)).toMatchObject([{ type: "a" }, null]);
    expect(journal.batches).toEqual([["a"], ["b"]]);
  });

  it("writes what it can when it closes and says how much it could not", async () => {
    void queue.keep(event("a"));
    expect(queue.close()).toBe(0);
    expect(journal.batches).toEqual([["a"]]);
    journal.failure = fakeError("journal.cannot-write");
    await queue.keep(event("b"));
    expect(queue.close()).toBe(1);
  });
});
