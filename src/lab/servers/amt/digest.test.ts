import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomFor } from "../../world/random.ts";
import { amtUser } from "./credentials.ts";
import { DigestLogIn } from "./digest.ts";
import { authorizationFor, testPassword } from "./testing.ts";

const asked = { method: "POST", uri: "/wsman", body: "<a/>" };
const newLogIn = (protections = ["auth"], seed = 1) =>
  new DigestLogIn(
    { realm: "Digest:A1", user: amtUser, password: testPassword },
    protections,
    randomFor(seed, "digest"),
  );
const check = (logIn: DigestLogIn, authorization: string) => logIn.check({ ...asked, authorization });
const count = (number: number) => number.toString(16).padStart(8, "0");

describe("DigestLogIn", () => {
  it("asks as AMT does and lets the right answer in", () => {
    const logIn = newLogIn();
    const challenge = logIn.challenge(false);
    expect(challenge).toMatch(/^Digest realm="Digest:A1", nonce="[0-9a-f]{32}",stale="false",qop="auth"$/);
    expect(check(logIn, authorizationFor(challenge, asked))).toBe("accepted");
  });

  it.each([
    ["a count of fewer digits", { nc: "1" }],
    ["another password", { password: "Wrong-Words-1" }],
    ["a protection that was not offered", { qop: "auth-int" }],
  ])("refuses %s", (_what, changes) => {
    const logIn = newLogIn();
    expect(check(logIn, authorizationFor(logIn.challenge(false), asked, changes))).toBe("refused");
  });

  it("refuses a count that does not rise, and an answer to another path", () => {
    const logIn = newLogIn();
    const challenge = logIn.challenge(false);
    expect(check(logIn, authorizationFor(challenge, asked, { nc: count(5) }))).toBe("accepted");
    expect(check(logIn, authorizationFor(challenge, asked, { nc: count(5) }))).toBe("refused");
    expect(check(logIn, authorizationFor(challenge, { ...asked, uri: "/other" }, { nc: count(6) }))).toBe(
      "refused",
    );
  });

  it("protects the body with auth-int", () => {
    const logIn = newLogIn(["auth", "auth-int"]);
    const challenge = logIn.challenge(false);
    const right = authorizationFor(challenge, asked, { qop: "auth-int" });
    expect(logIn.check({ ...asked, body: "<b/>", authorization: right })).toBe("refused");
    expect(check(logIn, right)).toBe("accepted");
  });

  it("forgets a nonce after a while, the same for the same seed, and says that it is stale", () => {
    const usesOf = (seed: number) => {
      const logIn = newLogIn(["auth"], seed);
      const challenge = logIn.challenge(false);
      for (let uses = 1; ; uses += 1) {
        const answer = check(logIn, authorizationFor(challenge, asked, { nc: count(uses) }));
        if (answer !== "accepted") return [answer, uses];
      }
    };
    const [answer, uses] = usesOf(3);
    expect(answer).toBe("stale");
    expect(uses).toBeGreaterThan(12);
    expect(usesOf(3)).toEqual([answer, uses]);
  });

  it("refuses whatever is no answer", () => {
    const logIn = newLogIn();
    const challenge = logIn.challenge(false);
    const right = authorizationFor(challenge, asked);
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.nat(right.length - 1)), (words) => {
        const authorization = typeof words === "string" ? words : right.slice(0, words);
        // The last parameter may lose its quotation mark and still be whole.
        fc.pre(!authorization.includes('cnonce="mine'));
        expect(check(logIn, authorization)).toBe("refused");
      }),
    );
  });
});
