import { createHash } from "node:crypto";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { OpsError } from "../../shared/errors.ts";
import { deriveKey, largestFile, open, openWithKey, parseEnvelope, seal } from "./passphrase-format.ts";

const passphrase = "une phrase de passe à garder";
const contents = { "bounce-key": { value: "marked-bounce-value", changedAt: 1_700_000_000_000 } };

let file: Buffer;
let key: Buffer;
beforeAll(async () => {
  file = await seal(contents, passphrase);
  key = await deriveKey(passphrase, parseEnvelope(file));
});

/** Runs what must fail and gives the code of its OpsError; anything else thrown fails the test. */
function refusal(work: () => unknown): string {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof OpsError) {
      expect(thrown.text.en).not.toContain("marked-");
      return thrown.code;
    }
    throw thrown;
  }
  throw new Error("it was accepted");
}

/** The same bytes with a closing digest that fits, as somebody who tampers would make them. */
function withDigest(bytes: Buffer): Buffer {
  const body = bytes.subarray(0, Math.max(0, bytes.length - 32));
  return Buffer.concat([body, createHash("sha256").update(body).digest()]);
}

function flipped(bytes: Buffer, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  const at = Math.floor(bit / 8) % copy.length;
  copy[at] = (copy[at] ?? 0) ^ (1 << (bit % 8));
  return copy;
}

describe("the passphrase file's format", () => {
  test("opens with its passphrase, however its letters are composed, and with no other", async () => {
    expect(await open(file, passphrase.normalize("NFD"))).toEqual(contents);
    await expect(open(file, `${passphrase} `)).rejects.toMatchObject({ code: "secrets.wrong-passphrase" });
  });

  test("holds neither names nor values in the clear, and never the same bytes twice", async () => {
    const again = await seal(contents, passphrase);
    expect(file.includes("marked-")).toBe(false);
    expect(file.includes("bounce-key")).toBe(false);
    expect(again.subarray(12, 44)).not.toEqual(file.subarray(12, 44));
    expect(again.subarray(44, 56)).not.toEqual(file.subarray(44, 56));
    expect(parseEnvelope(again)).toMatchObject({ logN: 17, r: 8, p: 1 });
  });

  test("every changed bit is noticed as damage", () => {
    fc.assert(
      fc.property(fc.nat({ max: file.length * 8 - 1 }), (bit) => {
        expect(refusal(() => parseEnvelope(flipped(file, bit)))).toBe("secrets.damaged-file");
      }),
      { numRuns: 500 },
    );
  });

  test("a changed bit under a digest that was made to fit never decrypts, even with the right key", () => {
    fc.assert(
      fc.property(fc.nat({ max: (file.length - 32) * 8 - 1 }), (bit) => {
        const code = refusal(() => openWithKey(parseEnvelope(withDigest(flipped(file, bit))), key));
        expect(["secrets.damaged-file", "secrets.wrong-passphrase"]).toContain(code);
      }),
      { numRuns: 500 },
    );
  });

  test("a file cut anywhere, lengthened, or made of anything else is refused", () => {
    fc.assert(
      fc.property(fc.nat({ max: file.length - 1 }), (length) => {
        expect(refusal(() => parseEnvelope(file.subarray(0, length)))).toBe("secrets.damaged-file");
        expect(refusal(() => openWithKey(parseEnvelope(withDigest(file.subarray(0, length))), key))).toMatch(
          /^secrets\./,
        );
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (bytes) => {
        expect(refusal(() => parseEnvelope(Buffer.concat([file, bytes])))).toBe("secrets.damaged-file");
        expect(refusal(() => parseEnvelope(Buffer.from(bytes)))).toBe("secrets.damaged-file");
      }),
    );
    expect(refusal(() => parseEnvelope(Buffer.alloc(largestFile + 1)))).toBe("secrets.damaged-file");
  });

  test("a cost that would take all memory, or none, is refused before it is paid", () => {
    for (const [offset, value] of [
      [8, 2],
      [9, 30],
      [9, 10],
      [10, 255],
      [11, 0],
      [11, 200],
    ] as const) {
      const planted = Buffer.from(file);
      planted[offset] = value;
      expect(refusal(() => parseEnvelope(withDigest(planted)))).toBe("secrets.damaged-file");
    }
  });
});
