import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Declaration, Observation, ObservationSink } from "../../shared/resource.ts";
import { DeclaredBook, type Shown } from "./declared-book.ts";

const signal = new AbortController().signal;
const wire = {
  code: "x.y",
  system: "x",
  message: { en: "It failed.", fr: "Échec." },
  hint: { en: "Look.", fr: "Regardez." },
};

function shown(id: string, name = id, value = 0): Shown {
  const declaration: Declaration = {
    id,
    kind: "vm",
    name,
    system: "x",
    parent: null,
    site: null,
    environment: null,
    staleAfter: 1000,
  };
  return { declaration, facts: { "cpu.count": value }, problems: [] };
}

class Sink implements ObservationSink {
  readonly declared = new Map<string, Declaration>();
  readonly observed = new Map<string, Observation>();
  redeclared = 0;
  largest = 0;
  declare(): void {
    throw new Error("everything is declared by its changes");
  }
  redeclare(_system: string, change: { added: readonly Declaration[]; removed: readonly string[] }): void {
    this.redeclared += change.added.length;
    for (const each of change.added) this.declared.set(each.id, each);
    for (const id of change.removed) {
      this.declared.delete(id);
      this.observed.delete(id);
    }
  }
  observe(observations: Observation[]): void {
    this.largest = Math.max(this.largest, observations.length);
    for (const each of observations) {
      if (!this.declared.has(each.resource)) throw new Error(`${each.resource} was not declared`);
      this.observed.set(each.resource, each);
    }
  }
}

describe("what a system has declared", () => {
  it("is declared once, and told whenever it was seen", async () => {
    const book = new DeclaredBook("x");
    const sink = new Sink();
    book.put(shown("a"));
    await book.tell(sink, () => 1, signal);
    book.put(shown("a", "a", 5));
    await book.tell(sink, () => 2, signal);
    expect(sink.redeclared).toBe(1);
    expect(sink.observed.get("a")).toMatchObject({ at: 2, health: "ok", facts: { "cpu.count": 5 } });
    book.put(shown("a", "renamed"));
    await book.tell(sink, () => 3, signal);
    expect(sink.redeclared).toBe(2);
    expect(sink.declared.get("a")?.name).toBe("renamed");
  });

  it("keeps what it knows of what cannot be read, and tells it again once it can", async () => {
    const book = new DeclaredBook("x");
    const sink = new Sink();
    book.put(shown("a"));
    await book.tell(sink, () => 1, signal);
    book.failAll(wire);
    await book.tell(sink, () => 2, signal);
    expect(sink.observed.get("a")).toMatchObject({ error: wire, at: 2 });
    expect(book.get("a")?.facts).toEqual({ "cpu.count": 0 });
    book.put(shown("a"));
    await book.tell(sink, () => 3, signal);
    expect(sink.observed.get("a")).toMatchObject({ health: "ok" });
  });

  it("is told in slices, in turns, and what is left after an abort comes with the next", async () => {
    const book = new DeclaredBook("x");
    const sink = new Sink();
    for (let each = 0; each < 2500; each++) book.put(shown(`vm-${each}`));
    const aborting = new AbortController();
    const first = book.tell(sink, () => 1, aborting.signal);
    const second = book.tell(sink, () => 2, signal);
    setImmediate(() => aborting.abort());
    await Promise.all([first, second]);
    expect(sink.observed.size).toBe(2500);
    expect(sink.largest).toBe(1000);
  });

  it("stands at the sink as in the book, whatever came and went in between", async () => {
    const step = fc.record({
      id: fc.constantFrom("a", "b", "c"),
      does: fc.constantFrom("put", "rename", "drop", "fail", "tell", "keep"),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const book = new DeclaredBook("x");
        const sink = new Sink();
        for (const { id, does } of steps) {
          if (does === "put") book.put(shown(id));
          if (does === "rename") book.put(shown(id, "other"));
          if (does === "drop") book.drop(id);
          if (does === "fail") book.fail(id, wire);
          if (does === "keep") book.keepOnly(new Set([id]));
          if (does === "tell") await book.tell(sink, () => 1, signal);
        }
        await book.tell(sink, () => 2, signal);
        expect([...sink.declared.values()].sort(byId)).toEqual(book.declarations().sort(byId));
        expect([...sink.observed.keys()].sort()).toEqual([...book.ids()].sort());
      }),
      { numRuns: 200 },
    );
  });
});

function byId(one: Declaration, other: Declaration): number {
  return one.id < other.id ? -1 : 1;
}
