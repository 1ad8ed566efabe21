import { createHash, randomBytes } from "node:crypto";
import { loginRefused, noDigest } from "../client/faults.ts";
import type { Dialogue } from "./dialogue.ts";
import { loginUnsupported, notRedirection, sessionDenied } from "./faults.ts";
import { authenticate, loginTypes } from "./messages.ts";
import { parseLoginReply, splitWords } from "./replies.ts";

/** How a session logs in: HTTP has done it on the web port, or the session itself does on AMT's own port. */
export type SessionLogin =
  | { by: "web-port" }
  | { by: "session"; user: string; password(): Promise<{ reveal(): string }> };

const accepted = 0;
const unsupported = 2;
/** The path that the Digest of a session is made for. */
const sessionPath = "/RedirectionService";
const firstFirmwareOfTypeWeb = 12;
const longestWord = 128;
/** AMT's own clients count the challenge without an answer as the first use of the nonce. */
const count = "00000002";

/**
 * Logs the session in. `version` is the firmware's, by which it wants one of two types on the web port; when it does
 * not know that one it is given the other. Throws OpsErrors `amt.log-in-refused`, `amt.no-digest`, `amt.screen-denied`,
 * `amt.serial-denied`, `amt.redirection-log-in` and those of the dialogue.
 */
export async function logIn(
  dialogue: Dialogue,
  login: SessionLogin,
  version: { major: number } | null,
): Promise<void> {
  if (login.by === "session") return logInByDigest(dialogue, login);
  const { web, webUntil11 } = loginTypes;
  const old = version !== null && version.major > 0 && version.major < firstFirmwareOfTypeWeb;
  for (const type of old ? [webUntil11, web] : [web, webUntil11]) {
    const { status } = await dialogue.ask(authenticate(type, []), parseLoginReply);
    if (status === accepted) return;
    if (status !== unsupported) throw sessionDenied(dialogue.name, dialogue.kind);
  }
  throw loginUnsupported(dialogue.name);
}

async function logInByDigest(dialogue: Dialogue, login: SessionLogin & { by: "session" }): Promise<void> {
  const offered = await dialogue.ask(authenticate(loginTypes.query, []), parseLoginReply);
  const types = [loginTypes.digest, loginTypes.digestRfc2069] as const;
  const type = types.find((each) => offered.words.includes(each));
  if (offered.status !== accepted) throw loginUnsupported(dialogue.name);
  // The last type there is would send the password itself.
  if (type === undefined) throw noDigest(dialogue.name);
  const { user } = login;
  const withQop = type === loginTypes.digest;
  const question = [user, "", "", sessionPath, "", "", "", ...(withQop ? [""] : [])];
  const challenge = await dialogue.ask(authenticate(type, question), parseLoginReply);
  const words = splitWords(challenge.words);
  const [realm, nonce, qop = ""] = words ?? [];
  if (challenge.type !== type || realm === undefined || nonce === undefined || !usable(words ?? [])) {
    throw notRedirection(dialogue.name);
  }
  if (withQop && qop !== "auth") throw noDigest(dialogue.name);
  const own = randomBytes(16).toString("hex");
  const password = await login.password();
  const key = md5(`${user}:${realm}:${password.reveal()}`);
  const middle = withQop ? `${nonce}:${count}:${own}:${qop}` : nonce;
  const response = md5(`${key}:${middle}:${md5(`POST:${sessionPath}`)}`);
  const answer = [user, realm, nonce, sessionPath, own, count, response, ...(withQop ? [qop] : [])];
  const verdict = await dialogue.ask(authenticate(type, answer), parseLoginReply);
  if (verdict.status === unsupported) throw loginUnsupported(dialogue.name);
  if (verdict.status !== accepted) throw loginRefused(dialogue.name, user);
}

function usable(words: readonly string[]): boolean {
  return words.every((word) => word.length <= longestWord && /^[ -~]*$/.test(word));
}

/** RFC 7616, MD5: the only one that sessions know. */
function md5(words: string): string {
  return createHash("md5").update(words, "utf8").digest("hex");
}
