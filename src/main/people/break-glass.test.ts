import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Proof } from "../../shared/sign-in.ts";
import {
  ada,
  bea,
  called,
  codeOf,
  enter,
  keyOf,
  minute,
  SignInBench,
  signal,
} from "./testing/sign-in-bench.ts";

let bench: SignInBench;
beforeEach(() => {
  bench = new SignInBench();
});
afterEach(() => bench.close());

describe("break-glass", () => {
  const reason = "nobody else can be reached";

  it("gives every right for its time alone, is told, journalled, and reviewed by somebody else", async () => {
    const opened = await bench.open();
    await enter(opened);
    expect(await called(opened, "secrets.set")).toBe("people.no-right");
    const { id, until } = await opened.signIn.breakGlass("one", reason, keyOf(ada), signal);
    expect(until).toBe(bench.now + 30 * minute);
    expect(bench.announced.map((pass) => [pass.id, pass.reason])).toEqual([[id, reason]]);
    expect(await called(opened, "secrets.set", { id: "run-1" })).toBe("ada");
    expect(opened.passes.list()[0]).toMatchObject({ active: true, touched: ["run-1"] });
    bench.now = until;
    await enter(opened);
    expect(await called(opened, "secrets.set")).toBe("people.no-right");
    expect(await codeOf(() => opened.signIn.reviewPass("one", id, "looked at it"))).toBe("people.own-review");
    await opened.signIn.signIn("two", "bea", keyOf(bea), signal);
    opened.signIn.reviewPass("two", id, "looked at it");
    // Another console on the same journal shows the same.
    const again = await bench.open();
    expect(again.passes.list()).toEqual(opened.passes.list());
    expect(again.passes.list()[0]).toMatchObject({ active: false, review: { by: "bea" } });
  });

  it("is not made longer by a restart, and ends when it is given back", async () => {
    const opened = await bench.open();
    await enter(opened);
    const { id } = await opened.signIn.breakGlass("one", reason, keyOf(ada), signal);
    bench.now += 29 * minute;
    const again = await bench.open();
    expect(again.passes.of("ada")?.id).toBe(id);
    opened.signIn.endPass("one", id);
    expect((await bench.open()).passes.of("ada")).toBeNull();
    expect(await codeOf(() => opened.signIn.endPass("one", id))).toBe("people.no-such-pass");
  });

  it("is not to be had without a journal, a signature of one's own, a person, or where it is not allowed", async () => {
    const opened = await bench.open();
    const take = (proof: Proof, seat = "one") =>
      codeOf(() => opened.signIn.breakGlass(seat, reason, proof, signal));
    expect(await take(keyOf(ada))).toBe("people.sign-in-needed");
    await enter(opened);
    expect(await take(keyOf(bea))).toBe("people.foreign-key");
    expect(await take({ kind: "signature", signature: "x" })).toBe("people.bad-proof");
    bench.full = true;
    expect(await take(keyOf(ada))).toBe("journal.cannot-write");
    expect(opened.passes.list()).toEqual([]);
    bench.full = false;
    const strict = await bench.open({ breakGlass: { allowed: false, minutes: 30 } });
    await enter(strict);
    const asked = () => strict.signIn.breakGlass("one", reason, keyOf(ada), signal);
    expect(await codeOf(asked)).toBe("people.no-break-glass");
  });
});
