import { toOpsError } from "../shared/errors.ts";
import { text } from "../shared/text.ts";
import type { Fleet } from "./fleet.ts";
import type { Reach } from "./reach/reach.ts";
import type { Trials } from "./secrets/secret-service.ts";

/** One trial log-in may take this long, in milliseconds. */
const trialLimit = 30_000;

/** Tries a secret by logging in, once and on a connection of its own, wherever the estate uses it. */
export function trialLogins(fleet: Fleet, reach: Reach): Trials {
  return async (name, value) => {
    const reference = `keychain:${name}`;
    const override = new Map(value === null ? [] : [[reference, value]]);
    const uses = fleet.secretUses().filter((use) => use.reference === reference);
    return Promise.all(
      uses.map(async ({ target }) => {
        try {
          await reach.tryLogin(target, override, AbortSignal.timeout(trialLimit));
          return {
            subject: target.id,
            accepted: true,
            text: text(`${target.name} accepted it.`, `${target.name} l'a accepté.`),
          };
        } catch (thrown) {
          return { subject: target.id, accepted: false, text: toOpsError(thrown, "reach").text };
        }
      }),
    );
  };
}
