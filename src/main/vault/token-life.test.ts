import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { OpsError } from "../../shared/errors.ts";
import { sameText } from "../../shared/text.ts";
import { ManualClock } from "./testing/manual-clock.ts";
import { TokenLife, type TokenLifeParts } from "./token-life.ts";

const fault = (code: string) =>
  new OpsError({ code, system: "vault", message: sameText("m"), hint: sameText("h") });
const granted = (seconds: number) => ({
  client_token: "t",
  accessor: "",
  lease_duration: seconds,
  renewable: true,
  entity_id: "",
});

function lifeOf(
  seconds: number,
  renewable: boolean,
  more: Partial<TokenLifeParts> = {},
  maximum: number | null = null,
) {
  const clock = new ManualClock();
  const renew = vi.fn(async () => granted(seconds));
  const onEnd = vi.fn();
  const life = new TokenLife({ lease_duration: seconds, renewable }, maximum, {
    name: "the Vault",
    clock,
    renew,
    replace: null,
    onEnd,
    onChange: () => {},
    random: () => 0.5,
    ...more,
  });
  return { clock, renew, onEnd, life };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

test("a token is renewed after two thirds of its life, again and again", async () => {
  const { clock, renew, life, onEnd } = lifeOf(900, true);
  clock.pass(599_000);
  expect(renew).not.toHaveBeenCalled();
  clock.pass(1000);
  await settled();
  expect(renew).toHaveBeenCalledTimes(1);
  expect(life.expiresAt).toBe(clock.now() + 900_000);
  clock.pass(600_000);
  await settled();
  expect(renew).toHaveBeenCalledTimes(2);
  expect(onEnd).not.toHaveBeenCalled();
});

test("the moment of renewal varies, and always lies within the life", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 3, max: 5_000_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (seconds, chance) => {
        const { clock } = lifeOf(seconds, true, { random: () => chance });
        const [first = 0, second = 0] = clock.waiting;
        expect(first / (seconds * 1000)).toBeGreaterThan(0.6);
        expect(first / (seconds * 1000)).toBeLessThan(0.73);
        expect(second).toBe(seconds * 1000);
      },
    ),
  );
});

test("clocks that are set wrong change nothing: life runs from the answer", () => {
  const { clock, renew, life } = lifeOf(900, true);
  clock.jump(365 * 86_400_000);
  expect(life.expiresAt).toBe(clock.now() + 900_000);
  clock.pass(500_000);
  expect(renew).not.toHaveBeenCalled();
  clock.jump(-400 * 86_400_000);
  clock.pass(100_000);
  expect(renew).toHaveBeenCalledTimes(1);
});

test("a renewal that grants less tells the maximum; then the token ends by its time", async () => {
  const { clock, life, onEnd, renew } = lifeOf(900, true, { renew: async () => granted(120) });
  clock.pass(600_000);
  await settled();
  expect(life.lastEnd).toBe(clock.now() + 120_000);
  clock.pass(120_000);
  await settled();
  expect(onEnd).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: "vault.token-ended" }));
  expect(renew).not.toHaveBeenCalled();
});

test("an explicit maximum is told from the beginning", () => {
  const { clock, life } = lifeOf(900, true, {}, 3600);
  expect(life.lastEnd).toBe(clock.now() + 3_600_000);
});

test("a token that cannot be renewed is replaced by a new log-in where that needs nobody", async () => {
  const replace = vi.fn(async () => {});
  const { clock, renew } = lifeOf(900, false, { replace });
  clock.pass(600_000);
  await settled();
  expect(replace).toHaveBeenCalledTimes(1);
  expect(renew).not.toHaveBeenCalled();
});

test("a renewal that fails on the way is tried again until it works, and told meanwhile", async () => {
  let fails = true;
  const renew = vi.fn(async () => {
    if (fails) throw fault("vault.timed-out");
    return granted(900);
  });
  const { clock, life, onEnd } = lifeOf(900, true, { renew });
  clock.pass(600_000);
  await settled();
  expect(life.trouble?.code).toBe("vault.timed-out");
  fails = false;
  clock.pass(60_000);
  await settled();
  expect(renew).toHaveBeenCalledTimes(2);
  expect(life.trouble).toBeNull();
  expect(onEnd).not.toHaveBeenCalled();
});

test("a renewal that is refused ends it at once where a new log-in needs a person", async () => {
  const { clock, onEnd } = lifeOf(900, true, { renew: () => Promise.reject(fault("vault.token-refused")) });
  clock.pass(600_000);
  await settled();
  expect(onEnd).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: "vault.token-refused" }));
  expect(clock.waiting).toEqual([]);
});

test("and is followed by one new log-in where it needs nobody", async () => {
  const replace = vi.fn(async () => {});
  const { clock, onEnd } = lifeOf(900, true, {
    replace,
    renew: () => Promise.reject(fault("vault.token-refused")),
  });
  clock.pass(600_000);
  await settled();
  clock.pass(10_000);
  await settled();
  expect(replace).toHaveBeenCalledTimes(1);
  expect(onEnd).not.toHaveBeenCalled();
});

test("a token without an end needs nothing, and stopping leaves nothing waiting", () => {
  const endless = lifeOf(0, false);
  expect(endless.life.expiresAt).toBeNull();
  expect(endless.clock.waiting).toEqual([]);
  const { clock, life } = lifeOf(900, true);
  life.stop();
  expect(clock.waiting).toEqual([]);
});
