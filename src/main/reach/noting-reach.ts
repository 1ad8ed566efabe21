import { hostAndPort } from "./place.ts";
import type { Reach } from "./reach.ts";
import type { Way } from "./standings.ts";

/**
 * The same reach, which tells of every way that is about to be gone, before anything is sent: `target` is the server that is
 * logged in to, null for a plain connection.
 */
export function notingReach(reach: Reach, note: (way: Way, target: string | null) => void): Reach {
  return {
    execute(target, command, options) {
      note(target, target.id);
      return reach.execute(target, command, options);
    },
    shell(target, size, signal) {
      note(target, target.id);
      return reach.shell(target, size, signal);
    },
    dial(place, signal) {
      const name = hostAndPort(place.address, place.port);
      note({ ...place, allowlist: place.allowlist ?? null, id: name, name }, null);
      return reach.dial(place, signal);
    },
    forward: (...asked) => reach.forward(...asked),
    tryLogin: (...asked) => reach.tryLogin(...asked),
    provenHostKey: (target) => reach.provenHostKey(target),
  };
}
