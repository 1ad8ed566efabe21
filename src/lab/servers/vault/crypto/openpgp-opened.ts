import { constants, createDecipheriv, createHash, createPrivateKey, privateDecrypt } from "node:crypto";
import { packetsOf, readMpi } from "./openpgp.ts";

/** Opens a message with a key of `makeOpenPgpKey`, as its owner does with their own program. For tests. */
export function openMessage(privateKey: string, message: Buffer): Buffer {
  const packets = [...packetsOf(message)];
  const sessionKey = packets.find(({ tag }) => tag === 1)?.body;
  const sealed = packets.find(({ tag }) => tag === 18)?.body;
  if (!sessionKey || !sealed) throw new RangeError("this is no OpenPGP message");
  const [sealedKey] = readMpi(sessionKey.subarray(10));
  const told = privateDecrypt(
    { key: readPrivateKey(privateKey), padding: constants.RSA_PKCS1_PADDING },
    sealedKey,
  );
  const decipher = createDecipheriv("aes-256-cfb", told.subarray(1, 33), Buffer.alloc(16));
  const plain = Buffer.concat([decipher.update(sealed.subarray(1)), decipher.final()]);
  const digest = createHash("sha1").update(plain.subarray(0, -20)).digest();
  if (!digest.equals(plain.subarray(-20))) throw new RangeError("the OpenPGP message was changed");
  const [literal] = packetsOf(plain.subarray(18, -22));
  if (!literal) throw new RangeError("the OpenPGP message is empty");
  return literal.body.subarray(6 + (literal.body[1] ?? 0));
}

/** What is in an armour, in base64. */
export function bare(armour: string): string {
  const lines = armour.split("\n\n")[1]?.split("\n") ?? [];
  return lines.filter((line) => !/^[=-]/.test(line)).join("");
}

function readPrivateKey(armour: string) {
  const [first] = packetsOf(Buffer.from(bare(armour), "base64"));
  let rest = first?.body.subarray(6) ?? Buffer.alloc(0);
  const next = () => {
    const [number, after] = readMpi(rest);
    rest = after;
    return number;
  };
  const [n, e] = [next(), next()];
  // What follows is not encrypted.
  rest = rest.subarray(1);
  const [d, q, p, qi] = [next(), next(), next(), next()];
  const big = (bytes: Buffer) => BigInt(`0x${bytes.toString("hex")}`);
  const bytesOf = (number: bigint) => {
    const hex = number.toString(16);
    return Buffer.from(hex.length % 2 ? `0${hex}` : hex, "hex");
  };
  const words = (bytes: Buffer) => bytes.toString("base64url");
  return createPrivateKey({
    format: "jwk",
    key: {
      ...{ kty: "RSA", n: words(n), e: words(e), d: words(d), p: words(p), q: words(q), qi: words(qi) },
      dp: words(bytesOf(big(d) % (big(p) - 1n))),
      dq: words(bytesOf(big(d) % (big(q) - 1n))),
    },
  });
}
