import fc from "fast-check";
import ssh2 from "ssh2";
import { expect, test } from "vitest";
import { sshString } from "../people/ssh-words.ts";
import { withPlainSignature } from "./certificate-signature.ts";
import { certificateType, readKeyCertificate } from "./key-certificate.ts";
import { SignedKeys, type WantedCertificate } from "./signed-keys.ts";
import type { SignedLogin } from "./signed-login.ts";

/** Made by ssh-keygen: five minutes, for anna and root. */
const line =
  "ssh-ed25519-cert-v01@openssh.com AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAIF/s47cS0JrJsncuLuQzVCmrTfKpPLIFs5qg2l3yokpZAAAAIDt1T+aNSNewsTUkEHOZHaTwtWZP80zVMstJBOpAPfTxAAAAAAAAAAAAAAABAAAAB2NvbnNvbGUAAAAQAAAABGFubmEAAAAEcm9vdAAAAABpVbkAAAAAAGlVuiwAAAAAAAAAggAAABVwZXJtaXQtWDExLWZvcndhcmRpbmcAAAAAAAAAF3Blcm1pdC1hZ2VudC1mb3J3YXJkaW5nAAAAAAAAABZwZXJtaXQtcG9ydC1mb3J3YXJkaW5nAAAAAAAAAApwZXJtaXQtcHR5AAAAAAAAAA5wZXJtaXQtdXNlci1yYwAAAAAAAAAAAAAAMwAAAAtzc2gtZWQyNTUxOQAAACCk+ee4VrtRjLfzOQSMBrIPPEtdtsbOM0CNlfMRPxmEsQAAAFMAAAALc3NoLWVkMjU1MTkAAABA2QTykJXHTc7WaDNzcrPfKSw23CbSnAaGU35Nv3u4QN2gn11t9CN8kbmYTlI//ZzEXGrT3hnW2ebcpixeTXjNAw== user";
const encoded = line.split(" ")[1] ?? "";
const wanted = { vault: "vault", mount: "ssh", role: "console", user: "anna", life: "5m" };
const never = new AbortController().signal;

/** A certificate as an authority makes it; what it is signed with is not looked at by who logs in. */
function certify(
  { publicKey }: WantedCertificate,
  more: { users?: string[]; kind?: number; seconds?: number } = {},
) {
  const { users = ["anna"], kind = 1, seconds = 300 } = more;
  const blob = Buffer.from(publicKey.split(" ")[1] ?? "", "base64");
  const numbers = (value: bigint) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(value);
    return bytes;
  };
  const certificate = Buffer.concat([
    sshString(certificateType),
    sshString("nonce"),
    sshString(blob.subarray(-32)),
    numbers(1n),
    Buffer.of(0, 0, 0, kind),
    sshString("console"),
    sshString(Buffer.concat(users.map((user) => sshString(user)))),
    numbers(1000n),
    numbers(1000n + BigInt(seconds)),
    ...["", "", "", "authority", "signature"].map((words) => sshString(words)),
  ]);
  return `${certificateType} ${certificate.toString("base64")}`;
}

test("reads what a certificate says, as ssh-keygen wrote it", () => {
  expect(readKeyCertificate(line)).toMatchObject({
    isForUsers: true,
    principals: ["anna", "root"],
    serial: "0",
    seconds: 300,
    publicKey: Buffer.from("O3VP5o1I17CxNSQQc5kdpPC1Zk/zTNUyy0kE6kA99PE=", "base64"),
  });
});

test("noise, truncation and other keys are no certificate, and never throw", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: encoded.length - 4 }), (end) => {
      expect(readKeyCertificate(`${certificateType} ${encoded.slice(0, end)}`)).toBeNull();
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      const words = Buffer.from(bytes).toString("base64");
      expect(readKeyCertificate(`${certificateType} ${words}`)).toBeNull();
      expect(withPlainSignature(Buffer.from(bytes))).toBeNull();
    }),
  );
  expect(readKeyCertificate("ssh-ed25519 AAAA user")).toBeNull();
});

test("the request's signature is renamed, and all else stays as it is", () => {
  const request = (algorithm: string) =>
    Buffer.concat([
      Buffer.of(50),
      ...["anna", "ssh-connection", "publickey"].map((words) => sshString(words)),
      Buffer.of(1),
      sshString(certificateType),
      sshString(Buffer.from(encoded, "base64")),
      sshString(Buffer.concat([sshString(algorithm), sshString("signature")])),
    ]);
  const padded = Buffer.concat([request(certificateType), Buffer.alloc(9)]);
  expect(withPlainSignature(padded)?.toString("hex")).toBe(request("ssh-ed25519").toString("hex"));
  expect(withPlainSignature(request("ssh-ed25519"))).toBeNull();
});

test("one key is made for many, used in the first half of its life, and then another", async () => {
  let now = 0;
  let signed = 0;
  const sign = async (asked: WantedCertificate) => {
    signed += 1;
    return certify(asked);
  };
  const keys = new SignedKeys({ sign }, () => now);
  const [first, second] = await Promise.all([keys.key(wanted, never), keys.key(wanted, never)]);
  expect(first).toBe(second);
  expect(first.type).toBe(certificateType);
  expect(readKeyCertificate(`${certificateType} ${first.getPublicSSH().toString("base64")}`)).not.toBeNull();
  now = 149_000;
  expect(await keys.key(wanted, never)).toBe(first);
  now = 151_000;
  expect(await keys.key(wanted, never)).not.toBe(first);
  await keys.key({ ...wanted, user: "root" }, never).catch(() => null);
  expect(signed).toBe(3);
});

test("each log-in tells its target, whom its certificate is for, and until when; of a refusal nothing is told", async () => {
  const keys = new SignedKeys({ sign: async (asked) => certify(asked) });
  const told: SignedLogin[] = [];
  const unfollow = keys.onLogin((signed) => told.push(signed));
  await keys.keyFor("bounce", wanted, never);
  await keys.keyFor("inner", wanted, never);
  await keys.keyFor("bounce", { ...wanted, user: "root" }, never).catch(() => null);
  const same = {
    vault: "vault",
    mount: "ssh",
    role: "console",
    user: "anna",
    serial: "1",
    principals: ["anna"],
  };
  const life = { validFrom: 1_000_000, validUntil: 1_300_000 };
  expect(told).toEqual([
    { target: "bounce", ...same, ...life },
    { target: "inner", ...same, ...life },
  ]);
  unfollow();
  await keys.keyFor("bounce", wanted, never);
  expect(told).toHaveLength(2);
});

test("it signs as the plain key, which ssh2 takes for a private key", async () => {
  let publicKey = "";
  const keys = new SignedKeys({
    sign: async (asked) => {
      publicKey = asked.publicKey;
      return certify(asked);
    },
  });
  const key = await keys.key(wanted, never);
  expect(ssh2.utils.parseKey(key as never)).toBe(key);
  expect(key.isPrivateKey()).toBe(true);
  const plain = ssh2.utils.parseKey(publicKey);
  if (plain instanceof Error) throw plain;
  expect(plain.verify(Buffer.from("data"), key.sign(Buffer.from("data")))).toBe(true);
});

test.each([
  ["for others", { users: ["bea"] }, "reach.certificate-for-others"],
  ["of a host", { kind: 2 }, "reach.certificate-unusable"],
  ["without a life", { seconds: 0 }, "reach.certificate-unusable"],
])("a certificate %s is not used", async (_what, more, code) => {
  const keys = new SignedKeys({ sign: async (asked) => certify(asked, more) });
  await expect(keys.key(wanted, never)).rejects.toMatchObject({ code });
});

test("a certificate of another key is not used, and nobody to ask is told", async () => {
  await expect(new SignedKeys({ sign: async () => line }).key(wanted, never)).rejects.toMatchObject({
    code: "reach.certificate-unusable",
  });
  await expect(new SignedKeys(null).key(wanted, never)).rejects.toMatchObject({
    code: "reach.certificate-unavailable",
  });
});
