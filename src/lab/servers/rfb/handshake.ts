import { randomBytes } from "node:crypto";
import type { ByteReader } from "./byte-reader.ts";
import { Gone } from "./byte-reader.ts";
import { challengeBytes, isRightAnswer } from "./vnc-authentication.ts";

/** What a server wants to know of who connects. */
export interface Admission {
  /** The version that it offers, as `003.008`. */
  version: string;
  /** The password of VNC authentication; null asks for none. */
  password: string | null;
  /** Why nobody is let in now; null when somebody may be. */
  refusal: string | null;
}

const versionBytes = 12;
const none = 1;
const vncAuthentication = 2;

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function reason(words: string): Buffer {
  const bytes = Buffer.from(words, "latin1");
  return Buffer.concat([uint32(bytes.length), bytes]);
}

/**
 * The handshake of RFB up to the client's own part (RFC 6143, 7.1 and 7.2), with clients of 3.3, 3.7 and 3.8. Rejects
 * with Gone when the client was not let in, or left; it has been told by then.
 */
export async function shakeHands(
  reader: ByteReader,
  write: (bytes: Uint8Array) => void,
  admission: Admission,
): Promise<void> {
  write(Buffer.from(`RFB ${admission.version}\n`, "latin1"));
  const banner = (await reader.take(versionBytes)).toString("latin1");
  const spoken = /^RFB (\d{3})\.(\d{3})\n$/.exec(banner);
  if (!spoken || Number(spoken[1]) < 3) throw new Gone();
  // Whatever else a client calls itself, it means 3.3 (RFC 6143, 7.1.1).
  const minor = Number(spoken[1]) > 3 ? 8 : Number(spoken[2]);
  const version = minor === 7 || minor === 8 ? minor : 3;

  const { password, refusal } = admission;
  const type = password === null ? none : vncAuthentication;
  if (version === 3) {
    write(uint32(refusal === null ? type : 0));
    if (refusal !== null) write(reason(refusal));
  } else if (refusal !== null) write(Buffer.concat([Buffer.from([0]), reason(refusal)]));
  else write(Buffer.from([1, type]));
  if (refusal !== null) throw new Gone();
  if (version !== 3 && (await reader.take(1))[0] !== type) throw new Gone();

  if (password !== null) {
    const challenge = randomBytes(challengeBytes);
    write(challenge);
    const answer = Buffer.from(await reader.take(challengeBytes));
    if (!isRightAnswer(answer, challenge, password)) {
      write(uint32(1));
      if (version === 8) write(reason("Authentication failed"));
      throw new Gone();
    }
    write(uint32(0));
  } else if (version === 8) write(uint32(0));
}
