import { decodeMessage, type Message } from "./message.ts";

/** A name server as it is asked. */
export interface NameServer {
  /** What errors and facts call it. */
  name: string;
  address: string;
  port: number;
  via: string | null;
  allowlist: string | null;
  transport: "tcp" | "udp";
}

export interface Answered {
  message: Message;
  bytes: Buffer;
}

/** An answer, when it is one to this request: its number, its operation and what was asked are the same. */
export function answerTo(request: Buffer, bytes: Buffer): Answered | null {
  const asked = decodeMessage(request);
  const message = decodeMessage(bytes);
  if (!asked || !message?.response || message.id !== asked.id || message.opcode !== asked.opcode) return null;
  const [wanted] = asked.questions;
  const [given] = message.questions;
  // What is refused may come without the question.
  if (!given) return message.code === 0 && asked.opcode === 0 ? null : { message, bytes };
  const same = given.name === wanted?.name && given.type === wanted.type && given.class === wanted.class;
  return same ? { message, bytes } : null;
}
