import { setImmediate as soon } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type LocalText, sameText } from "../../../../shared/text.ts";
import { type HeldSession, HeldSessions, type HeldTimes } from "./held.ts";

const tower = { id: "tower-a", name: "Tower A" };
const signal = new AbortController().signal;
const why = sameText("a power cycle");

/** A session that is over as soon as it is closed, or when a test says so. */
class FakeSession implements HeldSession {
  readonly reasons: (string | null)[] = [];
  readonly #over = Promise.withResolvers<void>();
  readonly #slow: boolean;

  constructor(slow = false) {
    this.#slow = slow;
  }

  closeFor(reason: LocalText | null): void {
    this.reasons.push(reason?.en ?? null);
    if (!this.#slow) this.end();
  }

  onOver(listener: () => void): void {
    void this.#over.promise.then(listener);
  }

  end(): void {
    this.#over.resolve();
  }
}

function machines(times: Partial<HeldTimes> = {}) {
  const trail: string[] = [];
  const held = new HeldSessions({
    async letGo(machine, kinds) {
      trail.push(`let go ${machine} ${kinds.join()}`);
      await soon();
    },
    times: { over: 20, after: 1, patience: 5000, ...times },
  });
  const open = (session: FakeSession, ending: AbortSignal = signal) =>
    held.open(tower, "screen", ending, async () => {
      trail.push("open");
      return session;
    });
  const power = (ending: AbortSignal = signal) =>
    held.closedFor(tower.id, { why, signal: ending, onClosing: () => trail.push("closing") }, async () => {
      trail.push("power");
      await soon();
      trail.push("answered");
      return "accepted";
    });
  return { held, trail, open, power };
}

describe("a power request", () => {
  test("closes what is open, waits for the firmware to let go, and is sent once", async () => {
    const { held, trail, open, power } = machines();
    const session = await open(new FakeSession());
    expect(await power()).toBe("accepted");
    expect(session.reasons[0]).toBe("a power cycle");
    expect(trail).toEqual(["open", "closing", "let go tower-a screen", "power", "answered"]);
    expect(held.count(tower.id)).toBe(0);
  });

  test("without anything open costs nothing", async () => {
    const { trail, power } = machines();
    await power();
    expect(trail).toEqual(["power", "answered"]);
  });

  test("does not wait for ever for a session that does not end", async () => {
    const { trail, open, power } = machines();
    await open(new FakeSession(true));
    await power();
    expect(trail).toContain("answered");
  });

  test("that is cancelled while sessions close is not sent, and lets sessions open again", async () => {
    const { trail, open, power } = machines({ over: 5000 });
    const slow = await open(new FakeSession(true));
    const cancelling = new AbortController();
    const asked = power(cancelling.signal);
    cancelling.abort();
    await expect(asked).rejects.toMatchObject({ code: "general.cancelled" });
    await open(new FakeSession());
    expect(trail).toEqual(["open", "closing", "open"]);
    slow.end();
  });

  test("of one machine leaves the others alone", async () => {
    const { held, open } = machines();
    const session = await open(new FakeSession());
    await held.closedFor("tower-b", { why, signal }, async () => undefined);
    expect(session.reasons).toEqual([]);
  });
});

describe("a new session", () => {
  test("waits until a power request is answered", async () => {
    const { trail, open, power } = machines();
    await open(new FakeSession());
    await Promise.all([power(), open(new FakeSession())]);
    expect(trail).toEqual(["open", "closing", "let go tower-a screen", "power", "answered", "open"]);
  });

  test("that is opening when power is asked for steps aside and opens afterwards", async () => {
    const { held, trail, power } = machines();
    let attempts = 0;
    const opening = held.open(tower, "serial", signal, async (aside) => {
      attempts += 1;
      if (attempts > 1) return new FakeSession();
      trail.push("opening");
      await new Promise((_, reject) => aside.addEventListener("abort", () => reject(aside.reason)));
      return new FakeSession();
    });
    await soon();
    await power();
    expect((await opening).reasons).toEqual([]);
    expect(attempts).toBe(2);
    expect(trail).toEqual(["opening", "closing", "let go tower-a serial", "power", "answered"]);
  });

  test("that has just opened when it is to step aside is closed and opened once more", async () => {
    const { held, power } = machines();
    const sessions: FakeSession[] = [];
    const gate = Promise.withResolvers<void>();
    const opening = held.open(tower, "screen", signal, async () => {
      const session = new FakeSession();
      sessions.push(session);
      await gate.promise;
      return session;
    });
    await soon();
    const asked = power();
    gate.resolve();
    await asked;
    expect(await opening).toBe(sessions[1]);
    expect(sessions.map(({ reasons }) => reasons)).toEqual([["a power change"], []]);
  });

  test("does not wait for ever, nor after it was cancelled", async () => {
    const { held, open } = machines({ patience: 10 });
    const stuck = Promise.withResolvers<void>();
    const asked = held.closedFor(tower.id, { why, signal }, () => stuck.promise);
    await expect(open(new FakeSession())).rejects.toMatchObject({ code: "amt.power-under-way" });
    const cancelling = new AbortController();
    const waiting = open(new FakeSession(), cancelling.signal);
    cancelling.abort();
    await expect(waiting).rejects.toMatchObject({ code: "general.cancelled" });
    stuck.resolve();
    await asked;
  });

  test("that fails by itself says so and is not tried again", async () => {
    const { held } = machines();
    let attempts = 0;
    const opening = held.open(tower, "screen", signal, async () => {
      attempts += 1;
      throw new Error("busy");
    });
    await expect(opening).rejects.toThrow("busy");
    expect(attempts).toBe(1);
    expect(held.count(tower.id)).toBe(0);
  });
});

test("closing ends what is open and what waits", async () => {
  const { held, open } = machines();
  const session = await open(new FakeSession());
  const stuck = Promise.withResolvers<void>();
  const asked = held.closedFor(tower.id, { why, signal }, () => stuck.promise);
  const waiting = open(new FakeSession());
  held.close();
  await expect(waiting).rejects.toMatchObject({ code: "general.cancelled" });
  expect(session.reasons[0]).toBe("a power cycle");
  stuck.resolve();
  await asked;
});

test("whatever comes together, no session is open while a power request is under way", async () => {
  const steps = fc.array(fc.constantFrom("open", "power"), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(steps, fc.scheduler(), async (plan, scheduler) => {
      const { held } = machines({ over: 5000, after: 0 });
      let open = 0;
      let asking = 0;
      let worst = 0;
      let sent = 0;
      const look = () => {
        worst = Math.max(worst, asking > 0 ? open : 0);
      };
      const tasks = plan.map((step) =>
        scheduler.schedule(Promise.resolve()).then(
          (): Promise<unknown> =>
            step === "open"
              ? held.open(tower, "screen", signal, async (aside) => {
                  await scheduler.schedule(Promise.resolve());
                  if (aside.aborted) throw aside.reason;
                  open += 1;
                  look();
                  const session = new FakeSession();
                  session.onOver(() => {
                    open -= 1;
                  });
                  return session;
                })
              : held.closedFor(tower.id, { why, signal }, async () => {
                  asking += 1;
                  sent += 1;
                  look();
                  await scheduler.schedule(Promise.resolve());
                  look();
                  asking -= 1;
                }),
        ),
      );
      await scheduler.waitFor(Promise.all(tasks));
      expect(worst).toBe(0);
      expect(sent).toBe(plan.filter((step) => step === "power").length);
      held.close();
    }),
    { numRuns: 50 },
  );
});
