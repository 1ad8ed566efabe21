import { toOpsError } from "../shared/errors.ts";
import { type LocalText, text } from "../shared/text.ts";
import type { Fleet } from "./fleet.ts";
import type { Reach } from "./reach/reach.ts";
import type { Trials } from "./secrets/secret-service.ts";
import type { LoginTrial } from "./systems/system.ts";

/** One trial log-in may take this long, in milliseconds. */
const usualLimit = 30_000;

/** Tries a secret by logging in, once and on a connection of its own, wherever the estate uses it. */
export function trialLogins(
  fleet: Pick<Fleet, "secretUses" | "trials">,
  reach: Pick<Reach, "tryLogin">,
  limit: number = usualLimit,
): Trials {
  return async (name, value) => {
    const reference = `keychain:${name}` as const;
    const override = new Map(value === null ? [] : [[reference, value]]);
    const overSsh = fleet
      .secretUses()
      .filter((use) => use.reference === reference)
      .map(
        ({ target }): LoginTrial => ({
          subject: target.id,
          name: target.name,
          tryLogin: (_value, signal) => reach.tryLogin(target, override, signal),
        }),
      );
    return Promise.all(
      [...overSsh, ...fleet.trials(reference)].map((trial) => outcomeOf(trial, value, limit)),
    );
  };
}

async function outcomeOf(trial: LoginTrial, value: string | null, limit: number) {
  const { subject, name } = trial;
  const over = AbortSignal.timeout(limit);
  try {
    await trial.tryLogin(value, over);
    return { subject, accepted: true, text: text(`${name} accepted it.`, `${name} l'a accepté.`) };
  } catch (thrown) {
    const words = over.aborted ? noAnswer(name, limit) : toOpsError(thrown, "reach").text;
    return { subject, accepted: false, text: words };
  }
}

function noAnswer(name: string, limit: number): LocalText {
  const seconds = Math.ceil(limit / 1000);
  return text(
    `${name} did not answer within ${seconds} s: whether it would be accepted is not known.`,
    `${name} n'a pas répondu en ${seconds} s : on ne sait pas s'il serait accepté.`,
  );
}
