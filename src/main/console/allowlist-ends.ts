import { toOpsError } from "../../shared/errors.ts";
import type { ActionRunner } from "../actions/runner.ts";
import { endWhenDue } from "../allowlist/ender.ts";
import type { Ground } from "./ground.ts";
import type { Knowledge } from "./knowledge.ts";
import { observingLimit } from "./observing.ts";

const limit = 1_800_000;

/**
 * Ends entries of the provider's allowlists whose end has come, from now on. It was agreed upon when they were let in, so the
 * console does it in its own name; the guards are asked as ever, so that it never locks out whoever works here.
 */
export function startEndingEntries(
  { endings, me, report }: Ground,
  { allowlists, fleet }: Knowledge,
  runner: Pick<ActionRunner, "start">,
): void {
  endings.add(
    endWhenDue({
      due: () => allowlists.due(),
      onChange: (listener) => allowlists.onChange(listener),
      reread: (id) => fleet.observe([id], AbortSignal.timeout(observingLimit)),
      end: (id) =>
        me.callers.as({ kind: "console", person: null, name: me.account }, () =>
          runner.start({
            action: "ovh.remove-network",
            resources: [id],
            input: { onlyIfDue: true },
            reason: "Its end has come / Échéance passée",
            confirmation: "",
            concurrency: 1,
            deadline: limit,
          }),
        ),
      after(milliseconds, work) {
        const timer = setTimeout(work, milliseconds);
        timer.unref();
        return () => clearTimeout(timer);
      },
      random: Math.random,
      onError: (thrown) => report(toOpsError(thrown, "ovh")),
    }),
  );
}
