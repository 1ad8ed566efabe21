import { setImmediate as soon } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type LocalText, sameText } from "../../../../shared/text.ts";
import { sessionBusy } from "./faults.ts";
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

describe("a session that the firmware still counts", () => {
  const lingering = { again: 1, lingering: 60_000 };
  const busyFor = (times: number) => {
    const seen = { tried: 0 };
    const attempt = async () => {
      seen.tried += 1;
      if (seen.tried <= times) throw sessionBusy("Tower A", "screen");
      return new FakeSession();
    };
    return { seen, attempt };
  };

  test.each([
    ["was closed here", false],
    ["gave way to a power request", true],
  ])("because it %s is waited for", async (_, byPower) => {
    const { held, open, power } = machines(lingering);
    const session = await open(new FakeSession());
    if (byPower) await power();
    else session.closeFor(null);
    const { seen, attempt } = busyFor(3);
    await held.open(tower, "screen", signal, attempt);
    expect(seen.tried).toBe(4);
    expect(held.count(tower.id)).toBe(1);
  });

  test("is waited for so long and no longer", async () => {
    const { held, open } = machines({ again: 1, lingering: 20 });
    (await open(new FakeSession())).closeFor(null);
    const { seen, attempt } = busyFor(Number.POSITIVE_INFINITY);
    await expect(held.open(tower, "screen", signal, attempt)).rejects.toMatchObject({
      code: "amt.screen-busy",
    });
    const { tried } = seen;
    await expect(held.open(tower, "screen", signal, attempt)).rejects.toMatchObject({
      code: "amt.screen-busy",
    });
    expect(seen.tried).toBe(tried + 1);
    expect(held.count(tower.id)).toBe(0);
  });

  test("is somebody else's where none was open here, or it was another machine's", async () => {
    const { held, open } = machines(lingering);
    const { seen, attempt } = busyFor(1);
    await expect(held.open(tower, "screen", signal, attempt)).rejects.toMatchObject({
      code: "amt.screen-busy",
    });
    (await open(new FakeSession())).closeFor(null);
    const other = busyFor(1);
    await expect(
      held.open({ id: "tower-b", name: "Tower B" }, "screen", signal, other.attempt),
    ).rejects.toMatchObject({ code: "amt.screen-busy" });
    expect([seen.tried, other.seen.tried]).toEqual([1, 1]);
  });

  test("is not waited for when whoever wants it gives up, nor for another refusal", async () => {
    const { held, open } = machines({ ...lingering, again: 60_000 });
    (await open(new FakeSession())).closeFor(null);
    const giving = new AbortController();
    const { seen, attempt } = busyFor(Number.POSITIVE_INFINITY);
    const opening = held.open(tower, "screen", giving.signal, attempt);
    await expect.poll(() => seen.tried).toBe(1);
    giving.abort();
    await expect(opening).rejects.toMatchObject({ code: "general.cancelled" });
    await expect(
      held.open(tower, "screen", signal, async () => {
        throw new Error("denied");
      }),
    ).rejects.toThrow("denied");
  });
});
