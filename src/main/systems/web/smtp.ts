import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { sameText, text } from "../../../shared/text.ts";
import { mailGarbage, mailRefused, noStartTls, otherGreeting, service } from "./faults.ts";
import type { Found } from "./found.ts";
import { LineReader } from "./lines.ts";

const mostLines = 100;
const shownWords = 200;

export interface AskedMail {
  target: string;
  startTls: "demanded" | "offered" | "never";
  says: string | null;
}

/**
 * Greets a mail server (RFC 5321) and looks at its certificate by STARTTLS (RFC 3207) without sending any mail; takes its
 * leave at the end. Throws `web.mail-…`, `web.greeting`, `web.no-start-tls`, and what `secure` throws.
 */
export async function askMailServer(
  stream: Duplex,
  { target, startTls, says }: AskedMail,
  secure: (stream: Duplex) => Promise<TLSSocket>,
  onFirstLine: () => void,
  found: Found,
  signal: AbortSignal,
): Promise<void> {
  const faults = { closed: () => service.http(target).closed(), garbage: () => mailGarbage(target) };
  const lines = new LineReader(stream, faults);
  const reply = (from: LineReader) => readReply(from, target, signal);
  const greeting = await reply(lines);
  onFirstLine();
  found.facts["web.banner"] = greeting.words[0]?.slice(0, shownWords) ?? null;
  if (greeting.code !== 220) throw mailRefused(target, text("the connection", "la connexion"), greeting.code);
  if (says !== null && !greeting.words.some((each) => each.includes(says))) throw otherGreeting(target, says);
  stream.write("EHLO passerelle.invalid\r\n");
  const extensions = await reply(lines);
  if (extensions.code !== 250) throw mailRefused(target, sameText("EHLO"), extensions.code);
  const offers = extensions.words.slice(1).some((each) => /^STARTTLS\s*$/i.test(each));
  found.facts["web.startTls"] = offers;
  if (!offers && startTls === "demanded") throw noStartTls(target);
  if (!offers || startTls === "never") {
    stream.write("QUIT\r\n");
    return;
  }
  stream.write("STARTTLS\r\n");
  const ready = await reply(lines);
  if (ready.code !== 220) throw mailRefused(target, sameText("STARTTLS"), ready.code);
  // What came in the clear after it would be taken for a part of the secured dialogue.
  if (lines.left > 0) throw mailGarbage(target);
  lines.letGo();
  const secured = await secure(stream);
  const within = new LineReader(secured, faults);
  secured.write("EHLO passerelle.invalid\r\n");
  const again = await reply(within);
  if (again.code !== 250) throw mailRefused(target, sameText("EHLO"), again.code);
  secured.write("QUIT\r\n");
}

/** A reply of one or more lines (RFC 5321, 4.2.1); its words come without the code. */
async function readReply(
  lines: LineReader,
  target: string,
  signal: AbortSignal,
): Promise<{ code: number; words: string[] }> {
  const words: string[] = [];
  for (;;) {
    const line = await lines.next(signal);
    const [, code, more, rest = ""] = /^([2-5]\d\d)([ -]?)(.*)$/.exec(line) ?? [];
    if (code === undefined || words.length >= mostLines) throw mailGarbage(target);
    words.push(rest);
    if (more !== "-") return { code: Number(code), words };
  }
}
