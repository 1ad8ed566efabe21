import { toOpsError } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";
import type { ActionRunner } from "../actions/runner.ts";
import { NetworkWatch } from "../reach/network-watch.ts";
import type { SshReach } from "../reach/ssh-reach.ts";
import { readAfterActions } from "../reading-after-actions.ts";
import type { Ground } from "./ground.ts";
import type { Knowledge } from "./knowledge.ts";

/** What was just made reachable is read within this time, in milliseconds. */
export const observingLimit = 60_000;

/**
 * Reads the estate by itself from now on: on a schedule, after actions, and anew when this workstation has slept or its
 * network is another one.
 */
export function startObserving(
  { endings, now, report }: Ground,
  { fleet, inventory }: Knowledge,
  reach: SshReach,
  runner: ActionRunner,
): void {
  fleet.start();
  const network = new NetworkWatch({
    now,
    onChange: (reason) => {
      inventory.markAllStale(staleBecause[reason]);
      void reach.recheck(reason).finally(() => fleet.hurry());
    },
  });
  network.start();
  endings.closing(network);
  endings.add(
    readAfterActions({
      onChange: (listener) => runner.onChange(listener),
      observe: (ids) => fleet.observe(ids, AbortSignal.timeout(observingLimit)),
      onError: (thrown) => report(toOpsError(thrown, "console")),
    }),
  );
}

const staleBecause = {
  sleep: text(
    "This workstation has slept; it is being read again.",
    "Ce poste a été mis en veille ; la lecture reprend.",
  ),
  network: text(
    "The network of this workstation changed; it is being read again.",
    "Le réseau de ce poste a changé ; la lecture reprend.",
  ),
};
