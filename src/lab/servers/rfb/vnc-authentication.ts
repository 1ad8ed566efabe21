import { createCipheriv, timingSafeEqual } from "node:crypto";

export const challengeBytes = 16;
const blockBytes = 8;

/** The bits of a byte in the opposite order, in which VNC puts them into the key. */
function reversed(byte: number): number {
  let turned = 0;
  for (let bit = 0; bit < 8; bit += 1) turned |= ((byte >> bit) & 1) << (7 - bit);
  return turned;
}

/**
 * The answer to a challenge of VNC authentication (RFC 6143, 7.2.2): both halves enciphered by DES with the first
 * eight characters of the password, as if there were no mode.
 */
export function answerChallenge(challenge: Uint8Array, password: string): Buffer {
  const half = Buffer.alloc(blockBytes);
  half.set(Buffer.from(password, "latin1").subarray(0, blockBytes).map(reversed));
  // Single DES is gone from crypto libraries; three times the same key is the same, and one block has no mode.
  const key = Buffer.concat([half, half, half]);
  return Buffer.concat(
    [0, blockBytes].map((start) => {
      const cipher = createCipheriv("des-ede3-cbc", key, Buffer.alloc(blockBytes)).setAutoPadding(false);
      return Buffer.concat([cipher.update(challenge.subarray(start, start + blockBytes)), cipher.final()]);
    }),
  );
}

/** Whether an answer is the right one. */
export function isRightAnswer(answer: Uint8Array, challenge: Uint8Array, password: string): boolean {
  const right = answerChallenge(challenge, password);
  return answer.length === right.length && timingSafeEqual(answer, right);
}
