import { randomBytes } from "node:crypto";
import { type Challenge, challengeSchema, type PassRequest, type Proof } from "../../shared/sign-in.ts";
import { canonicalJson } from "../journal/chain.ts";
import * as faults from "./faults.ts";
import type { PeopleDesk } from "./people-desk.ts";
import type { PublicKey } from "./public-key.ts";
import type { Operator } from "./roster.ts";
import { isSignatureOf, readSignature } from "./signature.ts";

/** What a signature is made for: one to sign in takes no rights, and neither is an approval. */
export const proofNamespaces = {
  signIn: "passerelle-sign-in",
  breakGlass: "passerelle-break-glass",
} as const;

/** Milliseconds that a challenge may be answered in. */
const challengeLasts = 300_000;
/** Challenges that may be open at once; the oldest gives way. */
const mostChallenges = 100;
/** Failed attempts within a minute, over the whole console. */
const mostFailures = 8;
const failuresCount = 60_000;

export interface ProofParts {
  desk: PeopleDesk;
  workstation: string;
  /** SHA-256 of the data folder's path, in hexadecimal digits. */
  folder: string;
  now(): number;
}

/** A proof that held: by which key, and what it looks like. */
export interface Proven {
  key: PublicKey;
  signature: string;
}

/** Finds out whether somebody is who they say, by a signature over something that is new each time. */
export class Proofs {
  readonly #parts: ProofParts;
  readonly #open = new Map<string, { seat: string; challenge: Challenge }>();
  #failures: number[] = [];

  constructor(parts: ProofParts) {
    this.#parts = parts;
  }

  /** What is signed elsewhere, as one line. */
  challenge(seat: string, operator: string): string {
    const challenge = this.#fresh(operator);
    this.#open.set(challenge.nonce, { seat, challenge });
    for (const oldest of this.#open.keys()) {
      if (this.#open.size <= mostChallenges) break;
      this.#open.delete(oldest);
    }
    return canonicalJson(challenge);
  }

  /**
   * Throws OpsError `people.bad-proof`, `people.too-many-tries`, `approval.not-a-signature` or what is wrong with the key;
   * each failure counts.
   */
  async signIn(seat: string, operator: Operator, proof: Proof, signal: AbortSignal): Promise<Proven> {
    return this.#counted(async () => {
      const namespace = proofNamespaces.signIn;
      if (proof.kind === "signature") {
        const open = [...this.#open].filter(([, one]) => one.seat === seat);
        const words = open.map(([, { challenge }]) => canonicalJson(challenge));
        const proven = this.#check(operator, namespace, proof.signature, words);
        const [nonce, found] = open[proven.index] ?? [];
        if (nonce !== undefined) this.#open.delete(nonce);
        const late = found === undefined || this.#parts.now() - found.challenge.at > challengeLasts;
        if (late || found.challenge.operator !== operator.id) throw faults.badProof();
        return proven;
      }
      return this.#signed(operator, namespace, canonicalJson(this.#fresh(operator.id)), proof, signal);
    });
  }

  /** The same for rights that are taken; these are signed here alone. */
  async breakGlass(
    operator: Operator,
    wanted: Pick<PassRequest, "reason" | "until">,
    proof: Proof,
    signal: AbortSignal,
  ): Promise<Proven & { request: PassRequest }> {
    if (proof.kind === "signature") throw faults.badProof();
    const request: PassRequest = { ...this.#fresh(operator.id), purpose: "break-glass", ...wanted };
    return this.#counted(async () => ({
      ...(await this.#signed(operator, proofNamespaces.breakGlass, canonicalJson(request), proof, signal)),
      request,
    }));
  }

  #fresh(operator: string): Challenge {
    const { workstation, folder, now } = this.#parts;
    return challengeSchema.parse({
      version: 1,
      purpose: "sign-in",
      operator,
      workstation,
      folder,
      at: now(),
      nonce: randomBytes(24).toString("base64url"),
    });
  }

  async #signed(
    operator: Operator,
    namespace: string,
    words: string,
    way: Exclude<Proof, { kind: "signature" }>,
    signal: AbortSignal,
  ): Promise<Proven> {
    const message = Buffer.from(words, "utf8");
    const signature = await this.#parts.desk.signAs(operator, namespace, message, { way, signal });
    return this.#check(operator, namespace, signature, [words]);
  }

  #check(operator: Operator, namespace: string, signature: string, words: readonly string[]) {
    const read = readSignature(signature);
    if (read === null) throw faults.notASignature();
    const key = operator.keys.find(({ blob }) => blob.equals(read.key.blob));
    if (key === undefined || read.namespace !== namespace) throw faults.badProof();
    // A file that went through an editor may have a line feed at its end.
    const index = words.findIndex((one) =>
      ["", "\n"].some((end) => isSignatureOf(read, Buffer.from(`${one}${end}`, "utf8"))),
    );
    if (index < 0) throw faults.badProof();
    return { key, signature, index };
  }

  async #counted<Result>(attempt: () => Promise<Result>): Promise<Result> {
    const now = this.#parts.now();
    this.#failures = this.#failures.filter((at) => now - at < failuresCount && at <= now);
    if (this.#failures.length >= mostFailures) throw faults.tooManyTries();
    try {
      return await attempt();
    } catch (thrown) {
      this.#failures.push(now);
      throw thrown;
    }
  }
}
