import type { FactValue, Problem } from "../../../../../shared/resource.ts";
import { type LocalText, text } from "../../../../../shared/text.ts";
import type { Gatherer, Mirrored, RunPart } from "../../kinds/kind.ts";
import { attachedTo, problem, timeAt } from "../../kinds/seen.ts";
import { type Item, isTree } from "../../list-watch/items.ts";
import { kastenIds, labels } from "./names.ts";
import { stateOf, whyOf } from "./states.ts";

const outcomes = {
  running: "running",
  complete: "good",
  skipped: "partial",
  failed: "failed",
  cancelled: "failed",
} as const;

/** A RunAction, or an ExportAction that one has begun, as a run of its policy; null for one of no policy. */
export function runPart(system: string, { metadata, object }: Item): RunPart | null {
  const named = (key: string) => metadata.labels[key];
  const subject = isTree(object?.spec) && isTree(object.spec.subject) ? object.spec.subject : {};
  const isOfPolicy = subject.kind === "Policy";
  const name = named(labels.policy) ?? (isOfPolicy ? subject.name : undefined);
  const namespace = named(labels.policyNamespace) ?? (isOfPolicy ? subject.namespace : undefined);
  if (typeof name !== "string" || typeof namespace !== "string") return null;
  return {
    is: "run",
    policy: kastenIds.policy(system, namespace, name),
    application: named(labels.application) ?? null,
    state: outcomes[stateOf(object)],
    startedAt: timeAt(object, "status", "startTime") ?? timeAt(object, "metadata", "creationTimestamp"),
    endedAt: timeAt(object, "status", "endTime"),
    why: whyOf(object),
  };
}

/** Failed runs of a policy that are told of, the newest. */
const mostFailed = 100;

/** The newest run of each policy, as facts of it; of those before it, when they began that failed. */
export class RunGatherer implements Gatherer {
  readonly #tell: (
    run: RunPart,
    failed: readonly string[],
  ) => { facts: Record<string, FactValue>; problems: Problem[] };

  constructor(what: "policy" | "export") {
    this.#tell = what === "policy" ? ofPolicy : ofExport;
  }

  gather(objects: Iterable<Mirrored>): Map<string, Mirrored> {
    const newest = new Map<string, RunPart>();
    const failed = new Map<string, string[]>();
    for (const { part } of objects) {
      if (part?.is !== "run") continue;
      const key = `${part.policy}\n${part.application ?? ""}`;
      if (part.state === "failed" && part.startedAt !== null) {
        const moments = failed.get(key) ?? [];
        moments.push(new Date(part.startedAt).toISOString());
        failed.set(key, moments);
      }
      const before = newest.get(key);
      if (!before || (before.startedAt ?? 0) <= (part.startedAt ?? 0)) newest.set(key, part);
    }
    return new Map(
      [...newest].map(([key, run]) => [
        key,
        {
          seen: null,
          attached: attachedTo(
            run.policy,
            this.#tell(run, (failed.get(key) ?? []).sort().slice(-mostFailed)),
          ),
          part: null,
        },
      ]),
    );
  }

  complete(): Promise<boolean> {
    return Promise.resolve(false);
  }
}

function ofPolicy(run: RunPart, failedRuns: readonly string[]) {
  return {
    facts: {
      "backup.lastRun": run.endedAt ?? run.startedAt,
      "backup.lastState": run.state,
      "backup.failedRuns": [...failedRuns],
    },
    problems:
      run.state === "failed"
        ? [
            problem(
              "kasten-policy-failed",
              "critical",
              failed("The last run of the policy", "La dernière exécution de la politique", run),
            ),
          ]
        : [],
  };
}

function ofExport(run: RunPart) {
  const of = run.application ?? "?";
  return {
    facts: {},
    problems:
      run.state === "failed"
        ? [
            problem(
              `kasten-export-failed.${of}`,
              "critical",
              failed(`The last export of ${of}`, `Le dernier export de ${of}`, run),
            ),
          ]
        : [],
  };
}

function failed(en: string, fr: string, { why }: RunPart): LocalText {
  return text(`${en} failed${why ? `: ${why}` : "."}`, `${fr} a échoué${why ? ` : ${why}` : "."}`);
}
