import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { readRecipient } from "../../../../lab/servers/vault/crypto/openpgp.ts";
import { makeOpenPgpKey } from "../../../../lab/servers/vault/crypto/openpgp-key.ts";
import { bare } from "../../../../lab/servers/vault/crypto/openpgp-opened.ts";
import { readOpenPgpKey } from "./openpgp-key.ts";

describe("the file of an OpenPGP key", () => {
  let publicKey: string;
  let privateKey: string;
  let bytes: Buffer;

  beforeAll(async () => {
    ({ publicKey, privateKey } = await makeOpenPgpKey("ada", Date.now()));
    bytes = Buffer.from(bare(publicKey), "base64");
  });

  it("is read armoured and bare, with headers and other line ends, by the fingerprint that others find", () => {
    const { fingerprint } = readRecipient(bytes);
    const withHeaders = publicKey.replace("BLOCK-----\n", "BLOCK-----\nComment: of Ada\n");
    for (const file of [publicKey, withHeaders, publicKey.replaceAll("\n", "\r\n"), bytes])
      expect(readOpenPgpKey(Buffer.from(file))).toEqual({ fingerprint, base64: bytes.toString("base64") });
  });

  it("is told when it is private, armoured or not", () => {
    expect(readOpenPgpKey(Buffer.from(privateKey))).toBe("private");
    expect(readOpenPgpKey(Buffer.from(bare(privateKey), "base64"))).toBe("private");
  });

  it("is none for anything else, however it is cut", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.nat(500), (noise, cut) => {
        const strange = readOpenPgpKey(Buffer.from(noise));
        expect(strange === null || strange === "private" || /^[0-9a-f]{40}$/.test(strange.fingerprint)).toBe(
          true,
        );
        const part = readOpenPgpKey(bytes.subarray(0, cut));
        // Once the key itself is whole, what follows may be missing.
        expect(part === null || (typeof part === "object" && cut > 256)).toBe(true);
      }),
    );
  });
});
