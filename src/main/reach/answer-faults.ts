import { OpsError } from "../../shared/errors.ts";
import { type LocalText, text } from "../../shared/text.ts";

/** `SYSTEM.timed-out`: the whole answer of `name` did not come within so many seconds. */
export function answerTimedOut(system: string, name: string, seconds: number, hint: LocalText): OpsError {
  return new OpsError({
    code: `${system}.timed-out`,
    system,
    message: text(
      `${name} did not answer completely within ${seconds} s.`,
      `${name} n'a pas répondu entièrement en ${seconds} s.`,
    ),
    hint,
  });
}

/** `SYSTEM.closed`: the connection ended before the answer of `name` was complete. */
export function answerClosed(system: string, name: string, hint: LocalText, cause?: unknown): OpsError {
  return new OpsError({
    code: `${system}.closed`,
    system,
    message: text(
      `${name} closed the connection before its answer was complete.`,
      `${name} a fermé la connexion avant la fin de sa réponse.`,
    ),
    hint,
    cause,
  });
}
