import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeMessage, emptyMessage, encodeMessage } from "./message.ts";
import { checkSignature, signMessage, type TsigKey } from "./tsig.ts";

const secret = Buffer.from("a secret of thirty-two bytes....");
const key: TsigKey = { name: "ops", algorithm: "hmac-sha256", secret };
/** What nsupdate 9.18 of BIND sends to add `www.shop.example. 60 A 192.0.2.7`, signed with that secret. */
const nsupdate = {
  "hmac-sha256": {
    at: 1_795_281_118_448,
    bytes:
      "d12b280000010000000100010473686f70076578616d706c65000006000103777777c00c000100010000003c0004c0000207036f70730000fa00ff00000000003d0b686d61632d7368613235360000006b01d0de012c00206ae8efa94d31d714e231078cc19f5c9e34578c14f7584a085b1aeb9fa73ec5c2d12b00000000",
  },
  "hmac-sha512": {
    at: 1_795_281_118_633,
    bytes:
      "0935280000010000000100010473686f70076578616d706c65000006000103777777c00c000100010000003c0004c0000207036f70730000fa00ff00000000005d0b686d61632d7368613531320000006b01d0de012c004077a098633d6d10fd7907b455752a082faa6ac9109ad0fe319581cecc26ba0e16758502e3e9a439774a6aeecbe7c99a5fcedefcffe13234fc1e3038d7f105971a093500000000",
  },
} as const;
const algorithms = ["hmac-sha256", "hmac-sha512"] as const;

describe("signatures", () => {
  it.each(algorithms)("of nsupdate with %s are good, and ours are the same to the byte", (algorithm) => {
    const { at, bytes } = nsupdate[algorithm];
    const message = Buffer.from(bytes, "hex");
    const own = { ...key, algorithm };
    expect(checkSignature(message, own, at).refusal).toBeNull();
    const end = message.indexOf(Buffer.from("036f70730000fa", "hex"));
    const bare = Buffer.from(message.subarray(0, end));
    bare.writeUInt16BE(0, 10);
    // The second that nsupdate signed at stands in the signature.
    const signedAt = message.readUIntBE(message.indexOf("hmac-") + algorithm.length + 1, 6) * 1000;
    expect(signMessage(bare, own, signedAt).signed.toString("hex")).toBe(bytes);
  });

  it("are refused when any byte of the message is another", () => {
    const { at, bytes } = nsupdate["hmac-sha256"];
    const message = Buffer.from(bytes, "hex");
    fc.assert(
      fc.property(fc.nat(message.length - 1), fc.integer({ min: 1, max: 255 }), (index, other) => {
        const changed = Buffer.from(message);
        changed[index] = (changed[index] ?? 0) ^ other;
        // The identifier of the message itself is not signed: the one in the signature is (RFC 8945, 5.3.1).
        const { refusal } = checkSignature(changed, key, at);
        if (index > 1 && !sameMeaning(changed, message)) expect(refusal).not.toBeNull();
      }),
    );
  });

  it("are refused with another secret, another name, another algorithm, and by a clock that is far off", () => {
    const { at, bytes } = nsupdate["hmac-sha256"];
    const message = Buffer.from(bytes, "hex");
    const refusal = (by: Partial<TsigKey>, when: number = at) =>
      checkSignature(message, { ...key, ...by }, when);
    expect(refusal({ secret: Buffer.from("another") })).toEqual({ refusal: "bad-signature" });
    expect(refusal({ name: "other" })).toEqual({ refusal: "bad-key" });
    expect(refusal({ algorithm: "hmac-sha512" })).toEqual({ refusal: "bad-key" });
    expect(refusal({}, at + 299_000).refusal).toBeNull();
    expect(refusal({}, at + 302_000).refusal).toBe("bad-time");
    expect(checkSignature(encodeMessage(emptyMessage(1, 0)), key, at)).toEqual({ refusal: "unsigned" });
  });

  it("of answers hold for their own request alone", () => {
    const bytes = encodeMessage(emptyMessage(7, 5));
    const { mac } = signMessage(bytes, key, 0);
    const { signed } = signMessage(bytes, key, 0, mac);
    expect(checkSignature(signed, key, 0, mac).refusal).toBeNull();
    expect(checkSignature(signed, key, 0, Buffer.alloc(32)).refusal).toBe("bad-signature");
    expect(checkSignature(signed, key, 0).refusal).toBe("bad-signature");
  });

  it("are looked for in noise without an exception", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        expect(checkSignature(Buffer.from(noise), key, 0).refusal).not.toBeNull();
      }),
    );
  });
});

/** A letter's case and the unused bits of a header do not change what a message says. */
function sameMeaning(one: Buffer, other: Buffer): boolean {
  const [first, second] = [one, other].map((each) => decodeMessage(each));
  return first !== null && JSON.stringify(first) === JSON.stringify(second);
}
