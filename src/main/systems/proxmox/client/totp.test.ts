import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readTotpSecret, totpCode, totpStep } from "./totp.ts";

/** "12345678901234567890", and its longer kin for the other algorithms (RFC 6238, appendix B), as Base32. */
const seeds = {
  SHA1: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
  SHA256: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA",
  SHA512:
    "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNA",
};

describe("one-time codes", () => {
  it.each([
    [59, "94287082", "46119246", "90693936"],
    [1111111109, "07081804", "68084774", "25091201"],
    [1234567890, "89005924", "91819424", "93441116"],
    [20000000000, "65353130", "77737706", "47863826"],
  ])("are those of RFC 6238 at %d s", (seconds, ...codes) => {
    const made = (["SHA1", "SHA256", "SHA512"] as const).map((algorithm) => {
      const secret = readTotpSecret(
        `otpauth://totp/forge:console?secret=${seeds[algorithm]}&algorithm=${algorithm}&digits=8`,
      );
      return secret && totpCode(secret, totpStep(secret, seconds * 1000));
    });
    expect(made).toEqual(codes);
  });

  it("take a secret as people copy it: in groups, in small letters, padded", () => {
    const plain = readTotpSecret(seeds.SHA1);
    expect(plain).toMatchObject({ algorithm: "sha1", digits: 6, period: 30 });
    expect(readTotpSecret(" gezd gnbv gy3t qojq gezd gnbv gy3t qojq== ")).toEqual(plain);
  });

  it.each([
    "",
    "A",
    "not Base32: 0189",
    "otpauth://hotp/x?secret=GEZDGNBV",
    "otpauth://totp/x?secret=GEZDGNBV&digits=99",
    "otpauth://totp/x?secret=GEZDGNBV&period=0",
    "otpauth://totp/x",
  ])("are not made of %j", (words) => {
    expect(readTotpSecret(words)).toBeNull();
  });

  it("never fail, whatever is stored", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl(), fc.base64String()), fc.nat(), (words, at) => {
        const secret = readTotpSecret(words);
        if (secret) expect(totpCode(secret, totpStep(secret, at * 1000))).toHaveLength(secret.digits);
      }),
    );
  });
});
