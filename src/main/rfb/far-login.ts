import type { Duplex } from "node:stream";
import { OpsError } from "../../shared/errors.ts";
import { abortable } from "../reach/abort.ts";
import type { SecretValue } from "../secrets/resolver.ts";
import { ByteReader } from "./byte-reader.ts";
import { chooseSecurityType, chooseVeNCryptType, type LoginMeans, veNCryptLogin } from "./choose-login.ts";
import {
  brokenProtocol,
  connectionTurnedAway,
  type FarSide,
  loginRefused,
  noCommonSecurity,
  passwordNeeded,
  tooManyFailures,
  userNeeded,
} from "./faults.ts";
import { printable } from "./printable.ts";
import { type Login, type Protection, securityNames, securityType } from "./security-types.ts";
import { readServerInit } from "./server-init.ts";
import type { ServerInit } from "./translator.ts";
import { greetings, type RfbVersion, readGreeting } from "./version.ts";
import { answerChallenge } from "./vnc-authentication.ts";

/** Speaks TLS over a stream; rejects with an OpsError, the stream closed, when that fails. */
export type SecureStream = (
  stream: Duplex,
  protection: Exclude<Protection, "none">,
  signal: AbortSignal,
) => Promise<Duplex>;

export interface LoginParts {
  farSide: FarSide;
  user: string | null;
  /** Fetched once it is known to be needed. Null: there is none. */
  password: (() => Promise<SecretValue>) | null;
  /** How TLS is spoken after VeNCrypt; null: it is not. */
  secureStream: SecureStream | null;
  means: LoginMeans;
  signal: AbortSignal;
}

const challengeLength = 16;
const mostReasonBytes = 1024;
const mostReasonLetters = 200;
const shared = Buffer.of(1);
const veNCryptVersion = Buffer.of(0, 2);
/** The two kinds of refusal of SecurityResult; the second one is of RFB 3.7 with TightVNC's extensions. */
const result = { accepted: 0, refused: 1, tooMany: 2 } as const;

/**
 * Logs in to an RFB server up to its ServerInit, as a shared viewer (RFC 6143, 7.1 to 7.3). Resolves with the stream to
 * go on with, which is another one when TLS came in between; what follows ServerInit is still in it. Throws OpsErrors
 * of faults.ts, of `password` and `secureStream`, and what the signal was aborted with.
 */
export async function logIn(
  stream: Duplex,
  parts: LoginParts,
): Promise<{ stream: Duplex; init: ServerInit }> {
  const login = new FarLogin(stream, parts);
  try {
    return await login.run();
  } finally {
    login.release();
  }
}

class FarLogin {
  readonly #parts: LoginParts;
  #stream: Duplex;
  #reader: ByteReader;
  /** The password once it went out in clear: the far side could show it to us as words of its own. */
  #disclosed: SecretValue | null = null;

  constructor(stream: Duplex, parts: LoginParts) {
    this.#parts = parts;
    this.#stream = stream;
    this.#reader = new ByteReader(stream, parts.farSide, parts.signal);
  }

  async run(): Promise<{ stream: Duplex; init: ServerInit }> {
    const { farSide } = this.#parts;
    const version = await readGreeting(this.#reader, farSide);
    this.#stream.write(greetings[version]);
    const type = version === "3.3" ? await this.#securityTold() : await this.#securityChosen();
    if (type === securityType.veNCrypt) await this.#veNCrypt();
    else await this.#prove(type === securityType.none ? "none" : "vnc");
    if (type !== securityType.none || version === "3.8") await this.#securityResult(version);
    this.#stream.write(shared);
    const init = await readServerInit(this.#reader, farSide);
    return { init: { ...init, name: this.#harmless(init.name) }, stream: this.#stream };
  }

  release(): void {
    this.#reader.release();
  }

  /** RFB 3.3: the server says which type it is (RFC 6143, appendix A). */
  async #securityTold(): Promise<number> {
    const { farSide, means } = this.#parts;
    const type = await this.#reader.word();
    if (type === 0) throw await this.#turnedAway();
    if (type === securityType.veNCrypt) throw noCommonSecurity(farSide, securityNames([type]));
    return chooseSecurityType([type], means, farSide);
  }

  async #securityChosen(): Promise<number> {
    const { farSide, means } = this.#parts;
    const count = await this.#reader.byte();
    if (count === 0) throw await this.#turnedAway();
    const offered = [...(await this.#reader.take(count))];
    const type = chooseSecurityType(offered, means, farSide);
    this.#stream.write(Buffer.of(type));
    return type;
  }

  /** VeNCrypt 0.2 (The RFB Protocol, community edition, section VeNCrypt). */
  async #veNCrypt(): Promise<void> {
    const { farSide, means, secureStream, signal } = this.#parts;
    const [major, minor] = await this.#reader.take(2);
    if (major === 0 && (minor ?? 0) < 2) throw noCommonSecurity(farSide, ["VeNCrypt 0.1"]);
    this.#stream.write(veNCryptVersion);
    if ((await this.#reader.byte()) !== 0) throw noCommonSecurity(farSide, ["VeNCrypt"]);
    const count = await this.#reader.byte();
    const list = await this.#reader.take(4 * count);
    const offered = Array.from({ length: count }, (_, index) => list.readUInt32BE(4 * index));
    const type = chooseVeNCryptType(offered, means, farSide);
    const choice = Buffer.alloc(4);
    choice.writeUInt32BE(type);
    this.#stream.write(choice);
    const { protection, proof } = veNCryptLogin(type);
    if (protection !== "none" && secureStream) {
      if ((await this.#reader.byte()) !== 1) throw noCommonSecurity(farSide, securityNames(offered));
      this.#reader.release();
      this.#stream = await secureStream(this.#stream, protection, signal);
      this.#reader = new ByteReader(this.#stream, farSide, signal);
    }
    await this.#prove(proof);
  }

  async #prove(proof: Login["proof"]): Promise<void> {
    const { farSide, user } = this.#parts;
    if (proof === "none") return;
    if (proof === "vnc") {
      const challenge = await this.#reader.take(challengeLength);
      this.#stream.write(answerChallenge(challenge, (await this.#password()).reveal()));
      return;
    }
    if (user === null) throw userNeeded(farSide);
    this.#disclosed = await this.#password();
    const words = [user, this.#disclosed.reveal()].map((each) => Buffer.from(each, "utf8"));
    const lengths = Buffer.alloc(8);
    for (const [index, word] of words.entries()) lengths.writeUInt32BE(word.length, 4 * index);
    this.#stream.write(Buffer.concat([lengths, ...words]));
  }

  async #password(): Promise<SecretValue> {
    const { farSide, password, signal } = this.#parts;
    if (!password) throw passwordNeeded(farSide);
    return abortable(password(), signal);
  }

  async #securityResult(version: RfbVersion): Promise<void> {
    const { farSide } = this.#parts;
    const answer = await this.#reader.word();
    if (answer === result.accepted) return;
    if (answer === result.tooMany) throw tooManyFailures(farSide);
    if (answer !== result.refused) throw brokenProtocol(farSide);
    const reason = version === "3.8" ? await this.#reason() : "";
    throw isTooMany(reason) ? tooManyFailures(farSide) : loginRefused(farSide, reason);
  }

  async #turnedAway(): Promise<Error> {
    const { farSide } = this.#parts;
    const reason = await this.#reason();
    return isTooMany(reason) ? tooManyFailures(farSide) : connectionTurnedAway(farSide, reason);
  }

  #harmless(words: string): string {
    return this.#disclosed && words.includes(this.#disclosed.reveal()) ? "" : words;
  }

  /** The server's own words, bounded; empty when it closes or falls silent instead of giving them. */
  async #reason(): Promise<string> {
    try {
      const length = await this.#reader.word();
      const bytes = await this.#reader.take(Math.min(length, mostReasonBytes));
      return this.#harmless(printable(bytes, mostReasonLetters));
    } catch (error) {
      const silent = error instanceof OpsError && error.code === "rfb.timed-out";
      if (this.#parts.signal.aborted && !silent) throw error;
      return "";
    }
  }
}

function isTooMany(reason: string): boolean {
  return /too many/i.test(reason);
}
