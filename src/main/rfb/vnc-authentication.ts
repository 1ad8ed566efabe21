import { createCipheriv } from "node:crypto";

const blockSize = 8;

/**
 * The answer to a challenge of VNC authentication (RFC 6143, 7.2.2): its two blocks under DES, keyed with the first
 * eight bytes of the password, each with its bits in reverse order. Neither OpenSSL 3 nor BoringSSL has plain DES in ECB;
 * both have triple DES in CBC, which with the same key thrice, no offset and a single block is the same function.
 */
export function answerChallenge(challenge: Uint8Array, password: string): Buffer {
  const key = Buffer.alloc(blockSize);
  passwordBytes(password).copy(key, 0, 0, blockSize);
  for (const [index, byte] of key.entries()) key[index] = reversedBits(byte);
  const answer = Buffer.concat([
    encryptBlock(challenge.subarray(0, blockSize), key),
    encryptBlock(challenge.subarray(blockSize, 2 * blockSize), key),
  ]);
  key.fill(0);
  return answer;
}

function encryptBlock(block: Uint8Array, key: Buffer): Buffer {
  const tripled = Buffer.concat([key, key, key]);
  const cipher = createCipheriv("des-ede3-cbc", tripled, Buffer.alloc(blockSize));
  cipher.setAutoPadding(false);
  const encrypted = Buffer.concat([cipher.update(block), cipher.final()]);
  tripled.fill(0);
  return encrypted;
}

/** Servers compare Latin-1; what it cannot hold is taken as UTF-8. */
function passwordBytes(password: string): Buffer {
  const latin = [...password].every((letter) => letter <= "\u00ff");
  return Buffer.from(password, latin ? "latin1" : "utf8");
}

function reversedBits(byte: number): number {
  let reversed = 0;
  for (let bit = 0; bit < 8; bit++) reversed |= ((byte >> bit) & 1) << (7 - bit);
  return reversed;
}
