import { connect } from "node:net";
import * as faults from "./faults.ts";
import type { PublicKey } from "./public-key.ts";
import { armored, signedBytes } from "./signature.ts";
import { SshReader, sshNumber, sshString } from "./ssh-words.ts";

/*
 * What is needed of the protocol of ssh-agent (draft-ietf-sshm-ssh-agent). Signatures are taken as the agent gives them,
 * so that keys in hardware tokens work too.
 */
const askIdentities = 11;
const identities = 12;
const askSignature = 13;
const signature = 14;
/** For RSA: SHA-512 in place of SHA-1. */
const withSha512 = 4;
/** Bytes of an answer; OpenSSH's own limit. */
const largestAnswer = 256 * 1024;

/** The blobs of the keys that an agent holds. Throws OpsError `people.agent-unavailable`. */
export async function agentKeys(socket: string, signal: AbortSignal): Promise<Buffer[]> {
  const answer = await ask(socket, Buffer.of(askIdentities), signal);
  try {
    if (answer.byte() !== identities) throw faults.agentUnavailable();
    const keys: Buffer[] = [];
    for (let left = answer.number(); left > 0; left -= 1) {
      keys.push(Buffer.from(answer.string()));
      answer.string();
    }
    return keys;
  } catch (cause) {
    throw faults.agentUnavailable(cause);
  }
}

/**
 * Has an agent sign a message under a namespace, as `ssh-keygen -Y sign` does, and gives its file. Throws OpsError
 * `people.agent-unavailable` or `people.agent-refused`.
 */
export async function signWithAgent(
  socket: string,
  key: PublicKey,
  namespace: string,
  message: Buffer,
  signal: AbortSignal,
): Promise<string> {
  const bytes = signedBytes(namespace, "sha512", message);
  const flags = sshNumber(key.type === "ssh-rsa" ? withSha512 : 0);
  const question = Buffer.concat([Buffer.of(askSignature), sshString(key.blob), sshString(bytes), flags]);
  const answer = await ask(socket, question, signal);
  let made: Buffer;
  try {
    if (answer.byte() !== signature) throw faults.agentRefused();
    made = answer.string();
  } catch {
    throw faults.agentRefused();
  }
  return armored({ key, namespace, hash: "sha512", signature: made });
}

/** One question and its answer on a connection of their own. */
function ask(path: string, question: Buffer, signal: AbortSignal): Promise<SshReader> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path });
    const pieces: Buffer[] = [];
    let length = 0;
    const finish = (outcome: SshReader | Error) => {
      signal.removeEventListener("abort", onAbort);
      socket.destroy();
      if (outcome instanceof Error) reject(outcome);
      else resolve(outcome);
    };
    const onAbort = () => finish(faults.agentUnavailable(signal.reason));
    signal.addEventListener("abort", onAbort, { once: true });
    socket.once("error", (cause) => finish(faults.agentUnavailable(cause)));
    socket.once("close", () => finish(faults.agentUnavailable()));
    socket.on("data", (piece: Buffer) => {
      pieces.push(piece);
      length += piece.length;
      if (length < 4) return;
      const all = Buffer.concat(pieces);
      const wanted = all.readUInt32BE(0);
      if (wanted > largestAnswer) finish(faults.agentUnavailable());
      else if (all.length >= wanted + 4) finish(new SshReader(all.subarray(4, wanted + 4)));
    });
    if (signal.aborted) onAbort();
    else socket.write(sshString(question));
  });
}
