import type { Client } from "ssh2";
import { SshReader, sshNumber, sshString } from "../people/ssh-words.ts";
import { certificateType } from "./key-certificate.ts";

const plainType = "ssh-ed25519";
/** SSH_MSG_USERAUTH_REQUEST (RFC 4252, 6). */
const userAuthRequest = 50;

/** What of ssh2 lies between a message and the wire; no type of the library tells it. */
interface Writer {
  allocStart: number;
  alloc(size: number, force?: boolean): Buffer;
  finalize(packet: Buffer, force?: boolean): Buffer;
}

/**
 * Lets a client of ssh2 log in with a certificate. The library names the algorithm of the request in the signature as
 * well, but a certificate's key signs as the plain key that it is (PROTOCOL.certkeys): that name is put right as the
 * message leaves. To be called on `handshake`: the keys of the
 * connection have brought a new writer by then.
 */
export function signAsPlainKey(client: Client): void {
  const write = writerOf(client);
  if (!write) return;
  const finalize = write.finalize.bind(write);
  write.finalize = (packet, force) => {
    const message = force ? null : withPlainSignature(packet.subarray(write.allocStart));
    if (message === null) return finalize(packet, force);
    const mended = write.alloc(message.length, force);
    mended.set(message, write.allocStart);
    return finalize(mended, force);
  };
}

/**
 * The log-in request of a certificate whose signature names the plain algorithm; null for every other message. What follows
 * the message is padding.
 */
export function withPlainSignature(message: Buffer): Buffer | null {
  if (message[0] !== userAuthRequest) return null;
  try {
    const reader = new SshReader(message);
    const type = reader.raw(1);
    const user = reader.string();
    const service = reader.string();
    if (reader.words() !== "publickey" || reader.byte() !== 1) return null;
    if (reader.words() !== certificateType) return null;
    const certificate = reader.string();
    const signature = new SshReader(reader.string());
    if (signature.words() !== certificateType) return null;
    const signed = Buffer.concat([sshString(plainType), sshString(signature.string())]);
    return Buffer.concat([
      type,
      sshString(user),
      sshString(service),
      sshString("publickey"),
      Buffer.of(1),
      sshString(certificateType),
      sshString(certificate),
      sshNumber(signed.length),
      signed,
    ]);
  } catch {
    return null;
  }
}

function writerOf(client: Client): Writer | null {
  const { _protocol: protocol } = client as unknown as { _protocol?: { _packetRW?: { write?: Writer } } };
  const write = protocol?._packetRW?.write;
  return typeof write?.alloc === "function" && typeof write.finalize === "function" ? write : null;
}
