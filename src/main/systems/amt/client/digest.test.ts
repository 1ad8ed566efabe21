import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Challenge, keyFits, loginKey, Nonce, parseChallenges } from "./digest.ts";

const amt =
  'Digest realm="Digest:A3829B3827DE4D33D4449B366831FD01", nonce="K2nGCdYFAAAAAAAA1BwDKp2eT5ZpIqCn",stale="false",qop="auth"';

describe("a challenge", () => {
  test("is read as AMT writes it", () => {
    expect(parseChallenges([amt])).toEqual([
      {
        realm: "Digest:A3829B3827DE4D33D4449B366831FD01",
        nonce: "K2nGCdYFAAAAAAAA1BwDKp2eT5ZpIqCn",
        opaque: null,
        stale: false,
        algorithm: "MD5",
        named: false,
        qop: "auth",
      },
    ]);
  });

  test("prefers auth where auth-int is offered too, and takes auth-int alone", () => {
    expect(parseChallenges([amt.replace('"auth"', '"auth-int,auth"')])[0]?.qop).toBe("auth");
    expect(parseChallenges([amt.replace('"auth"', '"auth-int"')])[0]?.qop).toBe("auth-int");
  });

  test("is found among others, in one header or several", () => {
    const basic = 'Basic realm="a, Digest nonce=\\"x\\""';
    expect(parseChallenges([`${basic}, ${amt}`])).toHaveLength(1);
    expect(parseChallenges(["Negotiate", basic, amt])).toHaveLength(1);
    expect(parseChallenges(["Negotiate abc==, Basic realm=x"])).toEqual([]);
  });

  test("with what is not known here is left out", () => {
    expect(parseChallenges([`${amt}, algorithm=SHA-512-256`])).toEqual([]);
    expect(parseChallenges([amt.replace('"auth"', '"token"')])).toEqual([]);
    expect(parseChallenges(['Digest realm="a"'])).toEqual([]);
    expect(parseChallenges([`Digest realm="${"a".repeat(3000)}", nonce="b"`])).toEqual([]);
    expect(parseChallenges(['Digest realm="a\nb", nonce="c"'])).toEqual([]);
  });

  test("never breaks the reader, and what is read can be answered", () => {
    const words = fc.oneof(
      fc.string({ unit: "binary" }),
      fc
        .array(
          fc.constantFrom("Digest", " ", ",", "=", '"', "\\", "realm", "nonce", "qop", "auth", "x", "\n"),
          { maxLength: 60 },
        )
        .map((parts) => parts.join("")),
      fc.nat({ max: amt.length }).map((end) => amt.slice(0, end)),
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 4 }), (headers) => {
        for (const challenge of parseChallenges(headers)) {
          const header = new Nonce(challenge, loginKey(challenge, "admin", "p")).authorization(
            "POST",
            "/wsman",
            "",
          );
          expect(header).toMatch(/^Digest [ -~]+$/);
        }
      }),
    );
  });

  test("survives long hostile headers quickly", () => {
    for (const words of [
      '"'.repeat(100_000),
      "\\".repeat(100_000),
      "a=".repeat(50_000),
      `Digest a="${"\\".repeat(99_999)}`,
    ]) {
      expect(parseChallenges([words])).toEqual([]);
    }
  });
});

describe("an answer", () => {
  // RFC 7616 section 3.9.1.
  const rfc: Challenge = {
    realm: "http-auth@example.org",
    nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
    opaque: "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS",
    stale: false,
    algorithm: "MD5",
    named: true,
    qop: "auth",
  };
  const own = () => "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";

  test("is that of the RFC's examples", () => {
    const answer = (challenge: Challenge) =>
      new Nonce(challenge, loginKey(challenge, "Mufasa", "Circle of Life"), own).authorization(
        "GET",
        "/dir/index.html",
        "",
      );
    expect(answer(rfc)).toContain('response="8ca523f5e9506fed4657c9700eebdbec"');
    expect(answer({ ...rfc, algorithm: "SHA-256" })).toContain(
      'response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"',
    );
  });

  test("counts up with eight hex digits", () => {
    const nonce = new Nonce(rfc, loginKey(rfc, "admin", "p"), own);
    const counts = Array.from(
      { length: 17 },
      () => /nc=([^,]+)/.exec(nonce.authorization("POST", "/", ""))?.[1],
    );
    expect([counts[0], counts[9], counts[16]]).toEqual(["00000001", "0000000a", "00000011"]);
  });

  test("escapes what is quoted", () => {
    const challenge = { ...rfc, realm: 'a"b\\c' };
    const header = new Nonce(challenge, loginKey(challenge, 'x"y', "p")).authorization("POST", "/", "");
    expect(header).toContain('username="x\\"y", realm="a\\"b\\\\c"');
  });

  test("needs no password for another nonce of the same realm", () => {
    const key = loginKey(rfc, "admin", "p");
    expect(keyFits(key, { ...rfc, nonce: "other" })).toBe(true);
    expect(keyFits(key, { ...rfc, realm: "other" })).toBe(false);
    expect(keyFits(null, rfc)).toBe(false);
  });
});
