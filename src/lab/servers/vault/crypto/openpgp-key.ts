import { createHash, generateKeyPair, type JsonWebKey, type KeyObject, sign } from "node:crypto";
import { promisify } from "node:util";
import { checksum, fingerprintOf, mpi, packet } from "./openpgp.ts";

const generate = promisify(generateKeyPair) as (
  type: "rsa",
  options: { modulusLength: number },
) => Promise<{ privateKey: KeyObject }>;
const tags = { signature: 2, secretKey: 5, publicKey: 6, userId: 13 };
const rsa = 1;
const sha256 = 8;
/** It certifies, signs and encrypts. */
const allUses = 0x0f;

/** A person's OpenPGP key (RFC 4880), armoured; the private one without a passphrase, for the lab alone. */
export interface OpenPgpKey {
  publicKey: string;
  privateKey: string;
}

/** Makes an RSA key of 2048 bits for `owner`, signed by itself; `at` in epoch milliseconds. */
export async function makeOpenPgpKey(owner: string, at: number): Promise<OpenPgpKey> {
  const { privateKey } = await generate("rsa", { modulusLength: 2048 });
  const told = privateKey.export({ format: "jwk" });
  const created = Buffer.alloc(4);
  created.writeUInt32BE(Math.floor(at / 1000));
  const publicBody = Buffer.concat([
    Buffer.from([4]),
    created,
    Buffer.from([rsa]),
    part(told, "n"),
    part(told, "e"),
  ]);
  // OpenPGP has the smaller half first where RSA has it second: the inverse that is kept is that of `q`.
  const secrets = Buffer.concat([part(told, "d"), part(told, "q"), part(told, "p"), part(told, "qi")]);
  const sum = Buffer.alloc(2);
  sum.writeUInt16BE(checksum(secrets));
  const secretBody = Buffer.concat([publicBody, Buffer.from([0]), secrets, sum]);
  const name = Buffer.from(owner, "utf8");
  const signed = [
    packet(tags.userId, name),
    packet(tags.signature, selfSignature(privateKey, publicBody, name, created)),
  ];
  return {
    publicKey: armoured("PUBLIC KEY", Buffer.concat([packet(tags.publicKey, publicBody), ...signed])),
    privateKey: armoured("PRIVATE KEY", Buffer.concat([packet(tags.secretKey, secretBody), ...signed])),
  };
}

function selfSignature(privateKey: KeyObject, publicBody: Buffer, name: Buffer, created: Buffer): Buffer {
  const hashed = Buffer.concat([subpacket(2, created), subpacket(27, Buffer.from([allUses]))]);
  const head = Buffer.concat([Buffer.from([4, 0x13, rsa, sha256]), uint16(hashed.length), hashed]);
  const nameLength = Buffer.alloc(4);
  nameLength.writeUInt32BE(name.length);
  const trailerLength = Buffer.alloc(4);
  trailerLength.writeUInt32BE(head.length);
  const covered = Buffer.concat([
    ...[Buffer.from([0x99]), uint16(publicBody.length), publicBody, Buffer.from([0xb4]), nameLength, name],
    ...[head, Buffer.from([4, 0xff]), trailerLength],
  ]);
  const issuer = subpacket(16, fingerprintOf(publicBody).subarray(-8));
  const digest = createHash("sha256").update(covered).digest();
  return Buffer.concat([
    ...[head, uint16(issuer.length), issuer, digest.subarray(0, 2)],
    mpi(sign("sha256", covered, privateKey)),
  ]);
}

const subpacket = (type: number, body: Buffer) => Buffer.concat([Buffer.from([body.length + 1, type]), body]);
const part = (key: JsonWebKey, name: "n" | "e" | "d" | "p" | "q" | "qi") =>
  mpi(Buffer.from(key[name] ?? "", "base64url"));

function uint16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}

/** ASCII armour with its checksum (RFC 4880, 6). */
export function armoured(kind: string, bytes: Buffer): string {
  let crc = 0xb704ce;
  for (const byte of bytes) {
    crc ^= byte << 16;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc << 1) ^ (crc & 0x800000 ? 0x1864cfb : 0);
  }
  const sum = Buffer.from([(crc >> 16) & 0xff, (crc >> 8) & 0xff, crc & 0xff]).toString("base64");
  const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN PGP ${kind} BLOCK-----\n\n${lines.join("\n")}\n=${sum}\n-----END PGP ${kind} BLOCK-----\n`;
}
