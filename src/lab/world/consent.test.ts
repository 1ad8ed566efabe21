import { describe, expect, it } from "vitest";
import { ManualClock } from "./clock.ts";
import {
  cancelConsent,
  drawConsent,
  isConsented,
  noteConsentUse,
  settleConsent,
  startConsent,
  submitConsent,
} from "./consent.ts";

describe("user consent", () => {
  it("is given by the code that the machine shows, and holds while it is used", () => {
    const clock = new ManualClock(0);
    const consent = drawConsent("kvm");
    expect(isConsented(consent, "kvm", "admin", 0)).toBe(false);
    expect(isConsented(consent, "other", "admin", 0)).toBe(true);
    expect(isConsented(consent, "other", "client", 0)).toBe(false);
    expect(startConsent(consent, 0, "123456")).toBe("accepted");
    expect(startConsent(consent, 0, "654321")).toBe("wrong-state");
    expect(submitConsent(consent, 0, "123456")).toBe("accepted");
    expect(consent).toMatchObject({ state: 3, code: null });
    noteConsentUse(consent, clock, true);
    clock.advance(3_600_000);
    expect(isConsented(consent, "kvm", "admin", clock.now())).toBe(true);
    noteConsentUse(consent, clock, false);
    clock.advance(119_000);
    expect(isConsented(consent, "kvm", "admin", clock.now())).toBe(true);
    clock.advance(2_000);
    expect(isConsented(consent, "kvm", "admin", clock.now())).toBe(false);
    expect(consent.state).toBe(0);
  });

  it("blocks after three wrong codes, for a while", () => {
    const consent = drawConsent("all");
    startConsent(consent, 0, "123456");
    const answers = [1, 2, 3].map(() => submitConsent(consent, 0, "000000"));
    expect(answers).toEqual(["wrong-code", "wrong-code", "wrong-code"]);
    expect(startConsent(consent, 1_000, "123456")).toBe("blocked");
    expect(startConsent(consent, 60_000, "123456")).toBe("accepted");
  });

  it("forgets a code that was shown for five minutes, or taken back", () => {
    const consent = drawConsent("kvm");
    startConsent(consent, 0, "123456");
    expect(submitConsent(consent, 300_000, "123456")).toBe("wrong-state");
    startConsent(consent, 300_000, "123456");
    expect(cancelConsent(consent, 300_001)).toBe("accepted");
    expect(cancelConsent(consent, 300_002)).toBe("wrong-state");
    settleConsent(consent, 300_003);
    expect(consent).toMatchObject({ state: 0, code: null });
  });
});
