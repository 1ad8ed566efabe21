import type { OpsError } from "../../../../shared/errors.ts";
import type { Incoming } from "./exchange.ts";
import { clockSkew, garbage, loginRefused, secondFactorRefused } from "./faults.ts";
import { refusalOf } from "./refusal.ts";
import type { ParameterValue } from "./requests.ts";
import { isChallenge, type SecondFactor } from "./second-factor.ts";
import { type Fields, fieldsOf, flagAt, wordsAt } from "./values.ts";

/** A ticket of `POST /access/ticket`: good for two hours, with the token that every write must bring along. */
export interface Ticket {
  cookie: string;
  prevention: string;
  /** Epoch milliseconds. */
  madeAt: number;
}

export interface LoginParts {
  name: string;
  user: string;
  now(): number;
  /** Posts to `/access/ticket` once. */
  post(form: Readonly<Record<string, ParameterValue>>): Promise<Incoming>;
}

/** One-time codes hold for 30 s, and Proxmox VE takes the one before and the one after too; in milliseconds. */
const toleratedSkew = 30_000;

/** Refused by those who decide, so that trying again by itself would lock an account. */
export function isRefusedLogin(error: unknown): boolean {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : null;
  return (
    typeof code === "string" &&
    [
      "proxmox.login-refused",
      "proxmox.second-factor-refused",
      "proxmox.second-factor-unknown",
      "proxmox.clock-skew",
      "reach.question-declined",
      "reach.question-unanswered",
    ].includes(code)
  );
}

/**
 * Logs in with a password, and with a second factor where that is asked for. Throws `proxmox.login-refused`,
 * `.second-factor-…`, `.clock-skew` and what `post` throws.
 */
export async function logIn(
  parts: LoginParts,
  password: string,
  factor: SecondFactor,
  signal: AbortSignal,
): Promise<Ticket> {
  const { name, user, post } = parts;
  const answered = await post({ username: user, password });
  if (answered.status === 401) throw loginRefused(name, "password");
  const first = dataOf(name, answered);
  const half = wordsAt(first, "ticket") ?? "";
  if (!isChallenge(half) && flagAt(first, "NeedTFA") !== true) return ticketOf(parts, first);
  const answer = await factor.answer(half, signal);
  const second = await post({ username: user, password: answer, "tfa-challenge": half });
  if (second.status === 401) throw secondFactorFault(parts, second, factor);
  return ticketOf(parts, dataOf(name, second));
}

/** Renews a ticket with itself: no second factor is asked for again. Null when it is not accepted any more. */
export async function renew(parts: LoginParts, ticket: Ticket): Promise<Ticket | null> {
  const answered = await parts.post({ username: parts.user, password: ticket.cookie });
  if (answered.status === 401) return null;
  const data = dataOf(parts.name, answered);
  return isChallenge(wordsAt(data, "ticket") ?? "") ? null : ticketOf(parts, data);
}

function secondFactorFault(parts: LoginParts, refused: Incoming, factor: SecondFactor): OpsError {
  const apart = refused.date === null ? 0 : refused.date - parts.now();
  return Math.abs(apart) > toleratedSkew && factor.isComputed
    ? clockSkew(parts.name, Math.round(apart / 1000))
    : secondFactorRefused(parts.name);
}

function ticketOf(parts: LoginParts, data: Fields): Ticket {
  const cookie = wordsAt(data, "ticket");
  const prevention = wordsAt(data, "CSRFPreventionToken");
  // They go into headers as they are.
  const isToken = (words: string | null): words is string => words !== null && /^[\x21-\x7e]+$/.test(words);
  if (!isToken(cookie) || !isToken(prevention)) throw garbage(parts.name);
  return { cookie, prevention, madeAt: parts.now() };
}

function dataOf(name: string, answered: Incoming): Fields {
  if (answered.status !== 200) throw refusalOf(name, answered.status, answered.reason, {});
  try {
    const data = fieldsOf(fieldsOf(JSON.parse(answered.words))?.data);
    if (data) return data;
  } catch (error) {
    throw garbage(name, error);
  }
  throw garbage(name);
}
