import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { certificateStates } from "../../shared/certificates.ts";
import { judgeCertificate } from "./judge.ts";
import type { CertificateRecord } from "./records.ts";
import { aRecord, testNow } from "./testing/record.ts";
import { stateHint } from "./words.ts";

const day = 86_400_000;
const warn = 30 * day;
const state = (part: Partial<CertificateRecord>, now = testNow) =>
  judgeCertificate(aRecord(part), warn, now).state;

describe("a certificate", () => {
  it.each([
    ["that holds for long", {}, "ok"],
    ["that ends within the warning", { notAfter: testNow + 29 * day }, "soon"],
    ["that ends in the last quarter of it", { notAfter: testNow + 7 * day }, "late"],
    ["that has ended", { notAfter: testNow - 1 }, "expired"],
    ["that is not valid yet", { notBefore: testNow + day }, "not-yet"],
    ["for other names", { servedAs: "elsewhere.example" }, "wrong-name"],
    ["that nobody vouches for", { trust: "untrusted" }, "untrusted"],
    ["that its authority took back", { revoked: true }, "revoked"],
    ["whose end is not known", { notAfter: null }, "unknown"],
    [
      "that is trusted by its fingerprint",
      { trust: "pinned", chainState: "self-signed", servedAs: "192.0.2.1" },
      "self-signed",
    ],
    ["without names, by its subject", { names: [], servedAs: "front.shop.example" }, "ok"],
  ] as const)("%s", (_what, part, expected) => {
    expect(state(part)).toBe(expected);
  });

  it("that lives shortly is told in the last third of its life, not from its first day on", () => {
    const short = { notBefore: testNow, notAfter: testNow + 9 * day };
    expect(state(short)).toBe("ok");
    expect(state(short, testNow + 5.9 * day)).toBe("ok");
    expect(state(short, testNow + 6.1 * day)).toBe("soon");
  });

  it("that renews itself is told only when it has not done so in time", () => {
    const automatic = {
      renewal: "automatic",
      renewsAt: testNow - day,
      notAfter: testNow + 20 * day,
    } as const;
    expect(state({ ...automatic, renewsAt: testNow + day })).toBe("ok");
    expect(state({ ...automatic, renewsAt: testNow - 3_600_000 })).toBe("ok");
    expect(state(automatic)).toBe("soon");
    expect(state(automatic, testNow + 11 * day)).toBe("late");
    expect(judgeCertificate(aRecord(automatic), warn, testNow).text.fr).toContain("aurait dû se renouveler");
  });

  it("stands as it is judged until the moment that is told, whatever its dates are", () => {
    const moment = fc.integer({ min: -400, max: 400 }).map((days) => testNow + days * day);
    const record = fc.record({
      notBefore: fc.option(moment),
      notAfter: fc.option(moment),
      renewsAt: fc.option(moment),
      renewal: fc.constantFrom("automatic" as const, "manual" as const, null),
      trust: fc.constantFrom("workstation", "authority", "pinned", "untrusted", null),
      revoked: fc.boolean(),
    });
    fc.assert(
      fc.property(record, fc.double({ min: 0, max: 1, noNaN: true }), (part, share) => {
        const judged = judgeCertificate(aRecord(part), warn, testNow);
        expect(judged.until).toBeGreaterThan(testNow);
        const later = testNow + Math.floor((judged.until - testNow - 1) * share);
        expect(judgeCertificate(aRecord(part), warn, later).state).toBe(judged.state);
      }),
    );
  });

  it("never gets better by time alone, once it is valid", () => {
    const order = ["ok", "soon", "late", "expired"];
    const record = fc.record({
      notAfter: fc.integer({ min: 1, max: 400 }).map((days) => testNow + days * day),
      renewsAt: fc.option(fc.integer({ min: 1, max: 400 }).map((days) => testNow + days * day)),
      renewal: fc.constantFrom("automatic" as const, null),
    });
    fc.assert(
      fc.property(record, fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 2 }), (part, days) => {
        const states = [...days]
          .sort((one, other) => one - other)
          .map((at) => order.indexOf(state(part, testNow + at * day)));
        expect(states).not.toContain(-1);
        expect(states).toEqual([...states].sort((one, other) => one - other));
      }),
    );
  });

  it("that needs somebody says so in both languages", () => {
    for (const part of [{ notAfter: testNow - day }, { trust: "untrusted" }, { revoked: true }]) {
      const { problems, state: found } = judgeCertificate(aRecord(part), warn, testNow);
      expect(problems).toMatchObject([{ code: `certificate.${found}` }]);
      expect(certificateStates).toContain(found);
      expect(problems[0]?.text.fr).not.toBe(problems[0]?.text.en);
    }
  });

  it("of a log-in over SSH is no trouble as long as it holds", () => {
    const part = { from: "ssh", notBefore: testNow - 290_000, notAfter: testNow + 10_000, trust: null };
    expect(state({ ...part, renewal: "automatic" })).toBe("ok");
  });

  it("of a bundle is followed by its authority's next, which no request of ours brings", () => {
    const hint = (part: Partial<CertificateRecord>) => stateHint("soon", aRecord(part))?.en ?? "";
    expect(hint({ from: "bundle", renewal: "manual" })).toContain("into the ConfigMap");
    expect(hint({ from: "bundle", renewal: "automatic" })).toContain("what renews it");
    expect(hint({ from: "secret", renewal: "manual" })).toContain("Make a request");
  });
});
