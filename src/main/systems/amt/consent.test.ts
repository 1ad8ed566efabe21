import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Questions } from "../../reach/questions.ts";
import { type ConsentParts, readConsent, withConsent } from "./consent.ts";
import { FakeAmt } from "./testing/fake-amt.ts";
import { FakeConsent } from "./testing/fake-consent.ts";
import { fault } from "./testing/fake-firmware.ts";
import { FakeClock, wsmanAt } from "./testing/surroundings.ts";

let amt: FakeAmt;
let consent: FakeConsent;
let clock: FakeClock;
let questions: Questions;
let parts: ConsentParts;
const signal = new AbortController().signal;

beforeEach(async () => {
  amt = await FakeAmt.start();
  consent = new FakeConsent(amt.firmware, 4294967295);
  clock = new FakeClock();
  questions = new Questions({ interactive: true, now: clock.now });
  const client = wsmanAt(amt.port);
  parts = {
    client,
    machine: { id: "tower-a", place: client.device.place },
    questions,
    now: clock.now,
    wait: clock.wait,
  };
});
afterEach(async () => {
  parts.client.device.close();
  await amt.close();
});

/** Answers each question that comes up with the next of these; null declines. */
function answering(...answers: (string | null)[]): { asked: string[] } {
  const asked: string[] = [];
  questions.onChange(() => {
    const [open] = questions.list();
    if (open?.kind !== "consent" || answers.length === 0) return;
    const answer = answers.shift();
    asked.push(open.instructions.en);
    queueMicrotask(() =>
      questions.answer(open.id, { accept: typeof answer === "string", answers: [answer ?? ""] }),
    );
  });
  return { asked };
}

describe("consent", () => {
  test.each([
    [0, "screen"],
    [0, "boot"],
    [1, "boot"],
    [1, "serial"],
  ] as const)("with policy %i is not asked for %s", async (required, use) => {
    consent.required = required;
    await withConsent(parts, use, signal);
    expect(amt.firmware.trail).toEqual(["Get IPS_OptInService"]);
  });

  test.each([3, 4])("that is given already (%i) is not asked again", async (state) => {
    consent.state = state;
    await withConsent(parts, "screen", signal);
    expect(amt.firmware.trail).toEqual(["Get IPS_OptInService"]);
  });

  test("of firmware without it is not asked", async () => {
    amt.misbehave = () => ({ reply: fault("e", "DestinationUnreachable") });
    await withConsent(parts, "screen", signal);
    expect(await readConsent(parts.client, { signal })).toBeNull();
  });

  test.each([1, 4294967295] as const)("with policy %i shows a code and goes on with it", async (required) => {
    consent.required = required;
    const seen = new Promise<void>((resolve) => {
      const stop = questions.onChange(() => {
        const [open] = questions.list();
        expect(open).toMatchObject({
          kind: "consent",
          target: "Tower A",
          resource: "tower-a",
          digits: 6,
          expiresAt: clock.at + 300_000,
        });
        stop();
        resolve();
      });
    });
    answering("042 137");
    await withConsent(parts, "screen", signal);
    await seen;
    expect(amt.firmware.trail).toEqual([
      "Get IPS_OptInService",
      "StartOptIn IPS_OptInService",
      "SendOptInCode IPS_OptInService",
      "Get IPS_OptInService",
    ]);
    expect(questions.list()).toEqual([]);
  });

  test("joins a code that is on the screen already", async () => {
    consent.state = 2;
    answering("042137");
    await withConsent(parts, "serial", signal);
    expect(amt.firmware.trail).not.toContain("StartOptIn IPS_OptInService");
  });

  test("asks again after a wrong code, and after words that are none", async () => {
    const { asked } = answering("111111", "not a code", "042137");
    await withConsent(parts, "boot", signal);
    expect(asked).toHaveLength(3);
    expect(asked[0]).toContain("before you may choose its next boot");
    expect(asked[1]).toContain("not accepted");
    expect(amt.accepted("SendOptInCode_INPUT")).toHaveLength(2);
  });

  test("has another code shown when AMT took the first off the screen", async () => {
    consent.mostWrong = 1;
    answering("111111", "042137");
    await withConsent(parts, "screen", signal);
    expect(amt.accepted("StartOptIn_INPUT")).toHaveLength(2);
  });

  test("ends after three wrong codes and takes the request back", async () => {
    consent.mostWrong = 9;
    answering("111111", "222222", "333333", "444444");
    await expect(withConsent(parts, "screen", signal)).rejects.toMatchObject({
      code: "amt.consent-wrong-code",
    });
    expect(amt.accepted("SendOptInCode_INPUT")).toHaveLength(3);
    expect(amt.firmware.trail.at(-1)).toBe("CancelOptIn IPS_OptInService");
  });

  test("that is declined is taken back", async () => {
    answering(null);
    await expect(withConsent(parts, "screen", signal)).rejects.toMatchObject({
      code: "amt.consent-declined",
      text: { fr: expect.stringContaining("refusé") },
    });
    expect(consent.state).toBe(0);
  });

  test("that nobody enters in time is taken back", async () => {
    const patient = questions;
    parts = {
      ...parts,
      questions: {
        interactive: true,
        ask: (question, timeout, stop) => patient.ask(question, Math.min(timeout, 1), stop),
      },
    };
    await expect(withConsent(parts, "screen", signal)).rejects.toMatchObject({
      code: "amt.consent-timed-out",
    });
    expect(consent.state).toBe(0);
  });

  test("that is cancelled here is taken back", async () => {
    const controller = new AbortController();
    questions.onChange(() => questions.list().length > 0 && controller.abort());
    await expect(withConsent(parts, "screen", controller.signal)).rejects.toMatchObject({
      code: "general.cancelled",
    });
    expect(consent.state).toBe(0);
    expect(questions.list()).toEqual([]);
  });

  test("in a run without a person is refused before anything is shown", async () => {
    parts = { ...parts, questions: new Questions({ interactive: false, now: clock.now }) };
    await expect(withConsent(parts, "boot", signal)).rejects.toMatchObject({
      code: "amt.consent-nobody-to-ask",
    });
    expect(amt.firmware.trail).toEqual(["Get IPS_OptInService"]);
  });

  test("that AMT blocks is told", async () => {
    consent.refusals = [3];
    await expect(withConsent(parts, "screen", signal)).rejects.toMatchObject({ code: "amt.consent-blocked" });
    expect(amt.firmware.trail).not.toContain("CancelOptIn IPS_OptInService");
  });

  test("that AMT is not ready for is tried three times", async () => {
    consent.refusals = [2, 2];
    answering("042137");
    await withConsent(parts, "screen", signal);
    consent.state = 0;
    consent.refusals = [2, 2, 2];
    await expect(withConsent(parts, "screen", signal)).rejects.toMatchObject({
      code: "amt.consent-not-ready",
    });
  });

  test("that AMT refuses otherwise is told with the return value", async () => {
    consent.refusals = [38];
    await expect(withConsent(parts, "screen", signal)).rejects.toMatchObject({
      code: "amt.consent-refused",
      text: { en: expect.stringContaining("38") },
    });
  });

  test("that was accepted but never shows is not taken for given", async () => {
    consent.taken = 2;
    answering("042137");
    await expect(withConsent(parts, "screen", signal)).rejects.toMatchObject({
      code: "amt.consent-not-seen",
    });
  });

  test("whose start is lost on the line is taken back, for it may have begun", async () => {
    amt.misbehave = (body) => {
      if (!body.includes("StartOptIn_INPUT")) return null;
      consent.state = 2;
      return "close";
    };
    await expect(withConsent(parts, "screen", signal)).rejects.toMatchObject({ code: "amt.closed" });
    expect(consent.state).toBe(0);
  });
});
