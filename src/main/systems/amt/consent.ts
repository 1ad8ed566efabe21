import { OpsError, toOpsError } from "../../../shared/errors.ts";
import { text } from "../../../shared/text.ts";
import type { Questions } from "../../reach/questions.ts";
import type { PostOptions } from "./client/device.ts";
import type { Wsman } from "./client/wsman.ts";
import * as faults from "./consent-faults.ts";
import { type ConsentUse, useWords } from "./consent-faults.ts";
import type { Machine } from "./machines.ts";

/** For what the machine's user must consent; null when the firmware names a policy that means nothing here. */
export type ConsentPolicy = "none" | "kvm" | "all";
/** How far a consent is, as IPS_OptInService.OptInState numbers it. */
export type ConsentState = "not-started" | "requested" | "displayed" | "received" | "in-session";

export interface ConsentReading {
  policy: ConsentPolicy | null;
  state: ConsentState | null;
  /** Milliseconds for which a code stays on the machine's screen. */
  shownFor: number;
}

export interface ConsentParts {
  client: Wsman;
  machine: Pick<Machine, "id" | "place">;
  questions: Pick<Questions, "ask" | "interactive">;
  /** Epoch milliseconds. */
  now(): number;
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** Called each time when a person is about to be asked for the code. */
  onAsking?(): void;
}

const policies: Record<number, ConsentPolicy> = { 0: "none", 1: "kvm", 4294967295: "all" };
const states = ["not-started", "requested", "displayed", "received", "in-session"] as const;

const digits = 6;
const mostCodes = 3;
/** Milliseconds that a code is shown where the firmware does not say (IG, "Get User Consent Status"). */
const usuallyShown = 300_000;
/** Milliseconds between two tries to start, and between two looks whether a code was taken. */
const pause = 2000;
const mostStarts = 3;
const mostLooks = 4;
/** Milliseconds to take a request back, whatever happens to what wanted it. */
const cancelDeadline = 10_000;

/** Return values of StartOptIn and SendOptInCode (IG, "Denial-of-Service Attack Prevention"; DSP0004 for the rest). */
const accepted = 0;
const notReady = 2;
const blocked = 3;

/** Reads the consent policy and state; null where the firmware has no such service or does not let this user look. */
export async function readConsent(client: Wsman, options: PostOptions): Promise<ConsentReading | null> {
  try {
    const service = await client.get("IPS_OptInService", options);
    const shown = service.number("OptInDisplayTimeout");
    return {
      policy: policies[service.number("OptInRequired") ?? -1] ?? null,
      state: states[service.number("OptInState") ?? -1] ?? null,
      shownFor: shown === undefined || shown < 10 ? usuallyShown : Math.min(shown, 4095) * 1000,
    };
  } catch (thrown) {
    if (thrown instanceof OpsError && unreadable.has(thrown.code)) return null;
    throw thrown;
  }
}

const unreadable = new Set(["amt.not-offered", "amt.access-denied", "amt.refused"]);

/** Whether a policy wants consent for a use: a policy that is not known is left to the firmware to enforce. */
export function needsConsent(policy: ConsentPolicy | null, use: ConsentUse): boolean {
  return policy === "all" || (policy === "kvm" && use === "screen");
}

/**
 * Resolves when the machine's user has consented to this use, or when no consent is needed: asks the machine to show
 * its six digits and a person here to type them, at most three times. Throws OpsErrors `amt.consent-…`
 * (consent-faults.ts), those of the client, and the reason of `signal`; a request that came to nothing is taken back.
 * The code goes to the machine alone: it is neither logged nor kept.
 */
export async function withConsent(
  parts: ConsentParts,
  forWhat: ConsentUse,
  signal: AbortSignal,
): Promise<void> {
  const options = { signal, patient: true };
  const before = await readConsent(parts.client, options);
  if (before === null || !needsConsent(before.policy, forWhat) || isGiven(before.state)) return;
  const { name } = parts.machine.place;
  if (!parts.questions.interactive) throw faults.nobodyToAsk(name, forWhat);
  const request = { started: false };
  try {
    const shown = before.state === "displayed" || before.state === "requested";
    if (shown || !(await start(parts, forWhat, request, signal))) {
      await enterCode(parts, forWhat, request, before.shownFor, signal);
    }
  } catch (thrown) {
    if (request.started) await takeBack(parts.client);
    if (signal.aborted) throw toOpsError(signal.reason, "amt");
    throw thrown;
  }
}

/**
 * Asks the machine to show a code; a request of somebody else that is under way is joined. True when consent turns out
 * to be given already.
 */
async function start(
  parts: ConsentParts,
  forWhat: ConsentUse,
  request: { started: boolean },
  signal: AbortSignal,
): Promise<boolean> {
  const { client } = parts;
  const { name } = parts.machine.place;
  for (let tries = 1; ; tries++) {
    // Until it has answered, it may have begun.
    request.started = true;
    const { returnValue } = await client.invoke("IPS_OptInService", "StartOptIn", [], { signal });
    if (returnValue === accepted) return false;
    request.started = false;
    if (returnValue === blocked) throw faults.consentBlocked(name);
    if (returnValue !== notReady) throw faults.consentRefused(name, forWhat, returnValue);
    const now = await readConsent(client, { signal });
    if (isGiven(now?.state ?? null)) return true;
    if (now?.state === "displayed" || now?.state === "requested") return false;
    if (tries >= mostStarts) throw faults.consentNotReady(name);
    await parts.wait(pause * (1 + Math.random() / 2), signal);
  }
}

async function enterCode(
  parts: ConsentParts,
  forWhat: ConsentUse,
  request: { started: boolean },
  shownFor: number,
  signal: AbortSignal,
): Promise<void> {
  let expiresAt = parts.now() + shownFor;
  for (let tries = 1; tries <= mostCodes; tries++) {
    const code = await askForCode(parts, forWhat, { expiresAt, again: tries > 1 }, signal);
    if (new RegExp(`^\\d{${digits}}$`).test(code)) {
      const { returnValue } = await parts.client.invoke(
        "IPS_OptInService",
        "SendOptInCode",
        [["OptInCode", Number(code)]],
        { signal },
      );
      if (await isTaken(parts, returnValue === accepted, signal)) return;
    }
    const left = await readConsent(parts.client, { signal });
    if (tries < mostCodes && left?.state === "not-started") {
      // After a few wrong codes, or when its time is over, AMT takes the code off the screen: it must show another.
      request.started = false;
      if (await start(parts, forWhat, request, signal)) return;
      expiresAt = parts.now() + shownFor;
    }
  }
  throw faults.wrongCodes(parts.machine.place.name, mostCodes);
}

/** Whether the machine counts the consent as given; one that took the code is looked at until it says so. */
async function isTaken(parts: ConsentParts, acknowledged: boolean, signal: AbortSignal): Promise<boolean> {
  for (let looks = 1; ; looks++) {
    const now = await readConsent(parts.client, { signal });
    if (isGiven(now?.state ?? null)) return true;
    if (!acknowledged) return false;
    if (looks >= mostLooks) throw faults.consentNotSeen(parts.machine.place.name);
    await parts.wait(pause / 2, signal);
  }
}

async function askForCode(
  parts: ConsentParts,
  forWhat: ConsentUse,
  how: { expiresAt: number; again: boolean },
  signal: AbortSignal,
): Promise<string> {
  const { id, place } = parts.machine;
  const { en, fr } = useWords[forWhat];
  const first = how.again
    ? text("That code was not accepted.", "Ce code n'a pas été accepté.")
    : text(
        `${place.name} wants its user's consent before you may ${en}.`,
        `${place.name} exige l'accord de son utilisateur pour ${fr}.`,
      );
  const left = how.expiresAt - parts.now();
  if (left <= 0) throw faults.consentUnanswered(place.name);
  parts.onAsking?.();
  try {
    const [code = ""] = await parts.questions.ask(
      {
        kind: "consent",
        target: place.name,
        resource: id,
        digits,
        expiresAt: how.expiresAt,
        instructions: text(
          `${first.en} Let the person at the machine read out the six digits on its screen; if it shows none, switch it on or restart it.`,
          `${first.fr} Demandez à la personne devant la machine de lire les six chiffres à l'écran ; s'il n'en montre pas, allumez-la ou redémarrez-la.`,
        ),
      },
      left,
      signal,
    );
    return code.replace(/\s/g, "");
  } catch (thrown) {
    if (signal.aborted || !(thrown instanceof OpsError)) throw thrown;
    if (thrown.code === "reach.question-declined") throw faults.consentDeclined(place.name);
    if (thrown.code === "reach.question-unanswered") throw faults.consentUnanswered(place.name);
    if (thrown.code === "reach.nobody-to-ask") throw faults.nobodyToAsk(place.name, forWhat);
    throw thrown;
  }
}

/** Takes the code off the machine's screen; where that fails it goes by itself after some minutes. */
async function takeBack(client: Wsman): Promise<void> {
  try {
    await client.invoke("IPS_OptInService", "CancelOptIn", [], {
      signal: AbortSignal.timeout(cancelDeadline),
    });
  } catch {
    // What made the request come to nothing is the error that counts.
  }
}

/** Whether the machine's user has consented. */
export function isGiven(state: ConsentState | null): boolean {
  return state === "received" || state === "in-session";
}
