import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { OpsError } from "../../shared/errors.ts";
import { cancelled, connectionLost } from "./faults.ts";
import { type Carrier, Lane, type LaneLimits, type Slot } from "./lane.ts";
import type { SshTarget } from "./reach.ts";
import { faultOf } from "./testing/surroundings.ts";

const target: SshTarget = {
  id: "tower-a",
  name: "tower-a",
  address: "192.0.2.1",
  port: 22,
  user: "operator",
  authentication: [{ agent: true }],
  via: null,
  allowlist: null,
  hostKey: null,
};
const limits: LaneLimits = {
  channels: 3,
  connections: 4,
  opening: 2,
  wait: 10_000,
  idle: 1000,
  backoff: { first: 100, longest: 400 },
};
const never = new AbortController().signal;

/** A connection that only counts. */
class Counted implements Carrier {
  channels = 0;
  sessions = 0;
  retired = false;
  lost: OpsError | null = null;
  readonly #listeners: ((fault: OpsError) => void)[] = [];
  onLost(listener: (fault: OpsError) => void): void {
    this.#listeners.push(listener);
  }
  close(): void {
    if (this.lost) return;
    this.lost = connectionLost(target);
    for (const listener of this.#listeners) listener(this.lost);
  }
}

/** A lane whose attempts the test ends one by one. */
function laneUnderTest(more: Partial<LaneLimits> = {}) {
  const attempts: { succeed(): Counted; fail(): void; signal: AbortSignal; hold(going: boolean): void }[] =
    [];
  let opened = 0;
  const lane = new Lane<Counted>({
    target,
    limits: { ...limits, ...more },
    random: () => 1,
    changed: () => undefined,
    open: (signal, hold) =>
      new Promise((resolve, reject) => {
        opened++;
        const attempt = {
          signal,
          hold,
          succeed: () => {
            attempts.splice(attempts.indexOf(attempt), 1);
            const connection = new Counted();
            resolve(connection);
            return connection;
          },
          fail: () => {
            attempts.splice(attempts.indexOf(attempt), 1);
            reject(connectionLost(target));
          },
        };
        attempts.push(attempt);
        signal.addEventListener("abort", () => {
          attempts.splice(attempts.indexOf(attempt), 1);
          reject(cancelled());
        });
      }),
  });
  return { lane, attempts, opened: () => opened };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

afterEach(() => vi.useRealTimers());

describe("a lane", () => {
  it("opens one connection first, and more at once only when it stands", async () => {
    const { lane, attempts } = laneUnderTest();
    const slots = Array.from({ length: 8 }, () => lane.acquire("session", never));
    expect(attempts).toHaveLength(1);
    attempts[0]?.succeed();
    await settle();
    expect(attempts).toHaveLength(2);
    for (const attempt of [...attempts]) attempt.succeed();
    await Promise.all(slots);
    expect([...lane.connections].map(({ channels }) => channels)).toEqual([3, 3, 2]);
    lane.close();
  });

  it("gives an attempt up when nobody waits for it any more, unless a person is being asked", async () => {
    const { lane, attempts } = laneUnderTest();
    const stop = new AbortController();
    const given = lane.acquire("session", stop.signal);
    stop.abort();
    expect((await faultOf(given)).code).toBe("general.cancelled");
    expect(attempts).toHaveLength(0);
    const again = new AbortController();
    const asked = lane.acquire("session", again.signal);
    attempts[0]?.hold(true);
    again.abort();
    await faultOf(asked);
    expect(attempts).toHaveLength(1);
    attempts[0]?.hold(false);
    expect(attempts).toHaveLength(0);
    lane.close();
  });

  it("keeps those waiting who can still be served when a further connection cannot be opened", async () => {
    const { lane, attempts, opened } = laneUnderTest();
    const slots = Array.from({ length: 4 }, () => lane.acquire("session", never));
    attempts[0]?.succeed();
    const [first] = await Promise.all(slots.slice(0, 3));
    attempts[0]?.fail();
    await settle();
    expect(opened()).toBe(2);
    first?.release();
    expect((await slots[3])?.connection).toBe(first?.connection);
    lane.close();
  });

  it("tells those who wait when there is no room for too long", async () => {
    const { lane, attempts } = laneUnderTest({ connections: 1, channels: 1, wait: 30 });
    const first = lane.acquire("session", never);
    attempts[0]?.succeed();
    await first;
    expect((await faultOf(lane.acquire("session", never))).code).toBe("reach.busy");
    lane.close();
  });

  it("opens a kept connection again with growing waits, and stops when it is not kept", async () => {
    vi.useFakeTimers();
    const { lane, attempts, opened } = laneUnderTest();
    const slot = lane.acquire("forward", never);
    const letGo = lane.keep();
    const connection = attempts[0]?.succeed();
    (await slot).release();
    connection?.close();
    const waits: number[] = [];
    for (let round = 0; round < 4; round++) {
      const before = opened();
      let waited = 0;
      while (opened() === before) {
        await vi.advanceTimersByTimeAsync(50);
        waited += 50;
      }
      waits.push(waited);
      attempts[0]?.fail();
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(waits).toEqual([100, 200, 400, 400]);
    letGo();
    const before = opened();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(opened()).toBe(before);
    lane.close();
  });

  it("closes a connection after it was idle, but not the one that is kept", async () => {
    vi.useFakeTimers();
    const { lane, attempts } = laneUnderTest();
    const slot = lane.acquire("forward", never);
    const letGo = lane.keep();
    attempts[0]?.succeed();
    (await slot).release();
    await vi.advanceTimersByTimeAsync(5000);
    expect(lane.connections.size).toBe(1);
    letGo();
    await vi.advanceTimersByTimeAsync(1000);
    expect(lane.connections.size).toBe(0);
    expect(lane.unused).toBe(true);
  });

  it("lets a connection rest that refuses what it had given, and takes another when it goes on doing so", async () => {
    vi.useFakeTimers();
    const { lane, attempts } = laneUnderTest();
    const given = lane.acquire("session", never);
    const first = attempts[0]?.succeed();
    let slot = await given;
    slot.opened();
    slot.release();
    slot = await lane.acquire("session", never);
    for (const rest of [50, 100, 200, 400, 800]) {
      expect(slot.refused()).toBe("late");
      let again: Slot<Counted> | null = null;
      void lane.acquire("session", never).then((next) => {
        again = next;
      });
      await vi.advanceTimersByTimeAsync(rest - 1);
      expect(again).toBeNull();
      await vi.advanceTimersByTimeAsync(1);
      slot = again ?? expect.fail(`no place after ${rest} ms`);
      expect(slot.connection).toBe(first);
      expect(attempts).toHaveLength(0);
    }
    expect(slot.refused()).toBe("late");
    expect(first?.lost).not.toBeNull();
    const last = lane.acquire("session", never);
    const second = attempts[0]?.succeed();
    expect((await last).connection).toBe(second);
    lane.close();
  });

  it("never overfills a connection, leaves nobody waiting and nothing open, whatever happens", async () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom("acquire session" as const, "acquire forward" as const) },
      { weight: 3, arbitrary: fc.constant("release" as const) },
      { weight: 3, arbitrary: fc.constant("succeed" as const) },
      {
        weight: 1,
        arbitrary: fc.constantFrom("fail" as const, "lose" as const, "refuse" as const, "abort" as const),
      },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const { lane, attempts } = laneUnderTest({ backoff: { first: 0, longest: 0 } });
        const slots: Slot<Counted>[] = [];
        const waiting = new Set<AbortController>();
        let asked = 0;
        let settled = 0;
        for (const what of steps) {
          if (what.startsWith("acquire")) {
            const stop = new AbortController();
            waiting.add(stop);
            asked++;
            const done = () => {
              settled++;
              waiting.delete(stop);
            };
            lane
              .acquire(what === "acquire session" ? "session" : "forward", stop.signal)
              .then((slot) => slots.push(slot))
              .then(done, done);
          } else if (what === "release") slots.shift()?.release();
          else if (what === "succeed") attempts[0]?.succeed();
          else if (what === "fail") attempts[0]?.fail();
          else if (what === "lose") [...lane.connections][0]?.close();
          else if (what === "abort") [...waiting][0]?.abort();
          else slots.shift()?.refused();
          await settle();
          expect(lane.connections.size + attempts.length).toBeLessThanOrEqual(limits.connections);
          for (const connection of lane.connections) {
            expect(connection.channels).toBeLessThanOrEqual(limits.channels);
            expect(connection.sessions).toBeLessThanOrEqual(connection.channels);
            expect(connection.lost).toBeNull();
          }
        }
        lane.close();
        await settle();
        expect(settled).toBe(asked);
        expect(attempts).toHaveLength(0);
        expect(lane.connections.size).toBe(0);
        expect((await faultOf(lane.acquire("session", never))).code).toBe("reach.closing");
      }),
      { numRuns: 150 },
    );
  });
});
