import { toOpsError } from "../../../../shared/errors.ts";
import { pause } from "../../../reach/abort.ts";
import type { Questions } from "../../../reach/questions.ts";
import { secondFactorUnknown, totpUnreadable } from "./faults.ts";
import { readTotpSecret, totpCode, totpStep } from "./totp.ts";

/** How long a person has to type a code, in milliseconds. */
const answerTime = 300_000;

export interface SecondFactorParts {
  name: string;
  /** The stored secret; null: a person is asked for each code. */
  secret: (() => Promise<{ reveal(): string }>) | null;
  questions: Pick<Questions, "ask">;
  now(): number;
}

/** One-time codes for the log-ins of one user, each of them used once: Proxmox VE takes none a second time. */
export class SecondFactor {
  readonly #parts: SecondFactorParts;
  #usedStep = -1;

  constructor(parts: SecondFactorParts) {
    this.#parts = parts;
  }

  /** Whether the codes are made here, so that the clock matters. */
  get isComputed(): boolean {
    return this.#parts.secret !== null;
  }

  /**
   * What answers a challenge, such as `totp:123456`; waits for the next code where the present one was used. Throws
   * `proxmox.second-factor-unknown`, `.totp-unreadable`, `secrets.…` and what asking a person throws.
   */
  async answer(ticket: string, signal: AbortSignal): Promise<string> {
    const { name, secret } = this.#parts;
    if (!offersTotp(ticket)) throw secondFactorUnknown(name);
    return `totp:${secret === null ? await this.#asked(signal) : await this.#computed(secret, signal)}`;
  }

  async #computed(stored: () => Promise<{ reveal(): string }>, signal: AbortSignal): Promise<string> {
    const { name, now } = this.#parts;
    const secret = readTotpSecret((await stored()).reveal());
    if (!secret) throw totpUnreadable(name);
    let step = totpStep(secret, now());
    while (step === this.#usedStep) {
      await pause(Math.max(50, (step + 1) * secret.period * 1000 - now()), signal);
      step = totpStep(secret, now());
    }
    this.#usedStep = step;
    return totpCode(secret, step);
  }

  async #asked(signal: AbortSignal): Promise<string> {
    const { name, questions } = this.#parts;
    const question = {
      kind: "prompts" as const,
      target: name,
      instructions:
        "Second factor of Proxmox VE: the code that the authenticator shows now.\nSecond facteur de Proxmox VE : le code affiché par l'application d'authentification.",
      prompts: [{ text: "Code", echo: true }],
    };
    try {
      const [code = ""] = await questions.ask(question, answerTime, signal);
      return code.replace(/\D/g, "").slice(0, 10);
    } catch (thrown) {
      throw toOpsError(thrown, "proxmox");
    }
  }
}

/** Whether a half ticket is a challenge: `PVE:!tfa!JSON:TIME::SIGNATURE`, the JSON escaped as in an address. */
export function isChallenge(ticket: string): boolean {
  return ticket.startsWith("PVE:!tfa!");
}

/** What it says of itself when it cannot be read is nothing: then a one-time code is tried. */
function offersTotp(ticket: string): boolean {
  try {
    const words = /^PVE:!tfa!([^:]{1,20000})(:|$)/.exec(ticket)?.[1];
    const challenge: unknown = JSON.parse(decodeURIComponent(words ?? ""));
    if (typeof challenge !== "object" || challenge === null) return true;
    return "totp" in challenge && challenge.totp === true;
  } catch {
    return true;
  }
}
