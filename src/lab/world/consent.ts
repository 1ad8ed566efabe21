import type { WorldClock } from "./clock.ts";

/** For what the person at the machine must consent. */
export type ConsentPolicy = "none" | "kvm" | "all";
/** As IPS_OptInService numbers them: not started, requested, displayed, received, in session. */
export type ConsentState = 0 | 1 | 2 | 3 | 4;
/** How IPS_OptInService answers a call. */
export type ConsentAnswer = "accepted" | "wrong-state" | "blocked" | "wrong-code";

/** User consent as the engine keeps it. */
export interface Consent {
  policy: ConsentPolicy;
  state: ConsentState;
  /** The six digits that the machine's own screen shows while the state is 2. */
  code: string | null;
  /** World time until when the code is shown, or the consent holds while nothing uses it. */
  until: number;
  /** Wrong codes in a row. */
  failures: number;
  /** World time until when no consent can be asked for, after too many wrong codes. */
  blockedUntil: number;
}

/** World milliseconds (IG, user consent): how long the code is shown, and how long a consent holds unused. */
export const displayTime = 300_000;
const idleTime = 120_000;
const failureLimit = 3;
const blockedTime = 60_000;

/** Consent as it is before anybody asked. */
export function drawConsent(policy: ConsentPolicy): Consent {
  return { policy, state: 0, code: null, until: 0, failures: 0, blockedUntil: 0 };
}

/** What has run out by now is taken back; call it before the state is looked at. */
export function settleConsent(consent: Consent, now: number): void {
  if (consent.state === 0 || consent.state === 4 || now < consent.until) return;
  consent.state = 0;
  consent.code = null;
}

/** StartOptIn: `digits` is the code that the machine is to show. */
export function startConsent(consent: Consent, now: number, digits: string): ConsentAnswer {
  settleConsent(consent, now);
  if (now < consent.blockedUntil) return "blocked";
  if (consent.state !== 0) return "wrong-state";
  consent.state = 2;
  consent.code = digits;
  consent.until = now + displayTime;
  return "accepted";
}

/** SendOptInCode: a wrong code leaves the right one on the screen, too many take it away and block. */
export function submitConsent(consent: Consent, now: number, digits: string): ConsentAnswer {
  settleConsent(consent, now);
  if (now < consent.blockedUntil) return "blocked";
  if (consent.state !== 2) return "wrong-state";
  if (digits !== consent.code) {
    consent.failures += 1;
    if (consent.failures >= failureLimit) {
      consent.failures = 0;
      consent.blockedUntil = now + blockedTime;
      consent.state = 0;
      consent.code = null;
    }
    return "wrong-code";
  }
  consent.failures = 0;
  consent.state = 3;
  consent.code = null;
  consent.until = now + idleTime;
  return "accepted";
}

/** CancelOptIn; also what the firmware does when it restarts. */
export function cancelConsent(consent: Consent, now: number): ConsentAnswer {
  settleConsent(consent, now);
  if (consent.state === 0) return "wrong-state";
  consent.state = 0;
  consent.code = null;
  return "accepted";
}

/** Whether an action of that kind may go ahead now. Client control mode wants consent for everything. */
export function isConsented(
  consent: Consent,
  kind: "kvm" | "other",
  controlMode: "client" | "admin",
  now: number,
): boolean {
  settleConsent(consent, now);
  const policy = controlMode === "client" ? "all" : consent.policy;
  return policy === "none" || (policy === "kvm" && kind === "other") || consent.state >= 3;
}

/** A session that needed the consent has begun, or ended: then the consent holds for a while longer. */
export function noteConsentUse(consent: Consent, clock: WorldClock, inSession: boolean): void {
  if (inSession && consent.state === 3) consent.state = 4;
  else if (!inSession && consent.state === 4) {
    consent.state = 3;
    consent.until = clock.now() + idleTime;
  }
}
