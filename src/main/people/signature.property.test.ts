import { createHash, generateKeyPairSync, sign } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readKeyFile, signWithKey } from "./private-key.ts";
import { isKeyFault, keyTypes, parsePublicKey, readKeyBlob } from "./public-key.ts";
import { armored, isSignatureOf, readSignature, signedBytes } from "./signature.ts";
import { SshReader, sshMagnitude, sshString } from "./ssh-words.ts";
import { makeKey } from "./testing/keys.ts";

const message = Buffer.from("what was asked for");
const space = "passerelle-approval";

describe("signatures of SSH", () => {
  it.each([
    ["ed25519", undefined],
    ["ecdsa", 256],
    ["ecdsa", 384],
    ["ecdsa", 521],
    ["rsa", 3072],
  ] as const)("%s %s: made by the key, for this message, and no other", (kind, bits) => {
    const key = makeKey(kind, bits === undefined ? {} : { bits });
    const words = signWithKey(readKeyFile(key.file), "", space, message);
    const read = readSignature(`Here it is:\n${words}\nRegards`);
    if (read === null) throw new Error("the signature was not read");
    expect(key.line).toContain(read.key.blob.toString("base64"));
    expect(read.namespace).toBe(space);
    expect(isSignatureOf(read, message)).toBe(true);
    expect(isSignatureOf(read, Buffer.from("what was asked for."))).toBe(false);
    expect(isSignatureOf({ ...read, namespace: "passerelle-refusal" }, message)).toBe(false);
    expect(isSignatureOf({ ...read, hash: "sha256" }, message)).toBe(false);
    expect(armored(read)).toBe(words);
    const other = parsePublicKey(makeKey().line);
    if (isKeyFault(other)) throw new Error("the key was not read");
    expect(isSignatureOf({ ...read, key: other }, message)).toBe(false);
  });

  it("takes a hardware key's signature only with the touch", () => {
    // A token signs what it saw besides; here the same is done with the key in hand.
    const pair = generateKeyPairSync("ed25519");
    const point = Buffer.from(pair.publicKey.export({ format: "jwk" }).x ?? "", "base64url");
    const blob = Buffer.concat([
      sshString("sk-ssh-ed25519@openssh.com"),
      sshString(point),
      sshString("ssh:"),
    ]);
    const key = readKeyBlob(blob);
    if (key === null || isKeyFault(key)) throw new Error("the key was not read");
    const hash = (bytes: Buffer) => createHash("sha256").update(bytes).digest();
    const signed = (flags: number) => {
      const seen = Buffer.of(flags, 0, 0, 0, 7);
      const bytes = [hash(Buffer.from("ssh:")), seen, hash(signedBytes(space, "sha512", message))];
      const made = sign(null, Buffer.concat(bytes), pair.privateKey);
      const signature = Buffer.concat([sshString(key.type), sshString(made), seen]);
      return readSignature(armored({ key, namespace: space, hash: "sha512", signature }));
    };
    const touched = signed(1);
    const untouched = signed(0);
    if (touched === null || untouched === null) throw new Error("the signature was not read");
    expect(isSignatureOf(touched, message)).toBe(true);
    expect(isSignatureOf(touched, Buffer.from("else"))).toBe(false);
    expect(isSignatureOf(untouched, message)).toBe(false);
  });

  it("reads nothing into garbage, cut or changed signatures, and never throws", () => {
    const words = signWithKey(readKeyFile(makeKey().file), "", space, message);
    expect(readSignature("x".repeat(100_000))).toBeNull();
    expect(readSignature(words + " ".repeat(20_000))).toBeNull();
    fc.assert(
      fc.property(fc.nat(words.length - 1), fc.string({ maxLength: 3 }), (at, put) => {
        const changed = words.slice(0, at) + put + words.slice(at + put.length + 1);
        const read = readSignature(changed);
        // Only white space may be lost without harm.
        if (read !== null && isSignatureOf(read, message))
          expect(changed.replace(/\s/g, "")).toContain(
            words
              .replace(/\s/g, "")
              .slice("-----BEGINSSHSIGNATURE-----".length, -"-----ENDSSHSIGNATURE-----".length),
          );
      }),
    );
    fc.assert(fc.property(fc.string(), (garbage) => readSignature(garbage) === null));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const blob = Buffer.from(bytes).toString("base64");
        return readSignature(`-----BEGIN SSH SIGNATURE-----\n${blob}\n-----END SSH SIGNATURE-----`) === null;
      }),
    );
  });
});

describe("public keys", () => {
  it("has the fingerprint that others print, and the comment", () => {
    const key = parsePublicKey(
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJx6bmoYzK7a8j8gyLxNnkWHRXBgbbR/WIVyO0yNSGDc  Ada of the night shift ",
    );
    if (isKeyFault(key)) throw new Error(key.message.en);
    expect(key.comment).toBe("Ada of the night shift");
    expect(key.fingerprint).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
  });

  it.each([
    ["ssh-ed25591 AAAA", "not a kind of key"],
    ["ssh-dss AAAAB3NzaC1kc3MAAACBAJ", "not a kind of key"],
    ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJx6", "damaged or was cut off"],
    ["ssh-ed25519", "damaged or was cut off"],
    [`ssh-rsa ${makeKey("rsa", { bits: 2048 }).line.split(" ")[1]}`, "2048 bits proves nothing"],
    [`ecdsa-sha2-nistp256 ${makeKey().line.split(" ")[1]}`, "damaged or was cut off"],
  ])("refuses %s", (line, fault) => {
    const key = parsePublicKey(line);
    expect(isKeyFault(key) && key.message.en).toContain(fault);
  });

  it("never throws", () => {
    fc.assert(
      fc.property(fc.constantFrom(...keyTypes), fc.uint8Array({ maxLength: 300 }), (type, bytes) => {
        const blob = Buffer.concat([sshString(type), Buffer.from(bytes)]);
        parsePublicKey(`${type} ${blob.toString("base64")}`);
      }),
    );
  });
});

it("numbers of SSH are read as they were written", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 70 }), (bytes) => {
      const bare = Buffer.from(bytes);
      const first = bare.findIndex((byte) => byte !== 0);
      const read = new SshReader(sshMagnitude(bare)).magnitude();
      expect(read).toEqual(first < 0 ? Buffer.alloc(0) : bare.subarray(first));
    }),
  );
});
