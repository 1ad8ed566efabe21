import { type LocalText, text } from "../../../../shared/text.ts";
import type { ActionContext, Verification } from "../../../actions/action.ts";
import { answerGarbage } from "../client/faults.ts";
import type { ClusterAccess } from "../cluster-access.ts";
import { wordAt } from "../kinds/seen.ts";
import { type Rollout, rolloutOf } from "../kinds/workloads.ts";
import { isTree } from "../list-watch/items.ts";
import type { WorkloadPlace } from "./parts.ts";

export interface WorkloadState {
  object: Record<string, unknown>;
  rollout: Rollout;
}

/** A workload as it stands. Throws what KubernetesApi throws. */
export async function readWorkload(
  access: ClusterAccess,
  place: WorkloadPlace,
  signal: AbortSignal,
): Promise<WorkloadState> {
  const object = await access.ask({ path: place.path, signal });
  if (!isTree(object) || wordAt(object, "metadata", "name") !== place.name)
    throw answerGarbage(access.name, "Kubernetes");
  return { object, rollout: rolloutOf(place.type, object) };
}

/** Milliseconds between two looks at a rollout, and how long it is waited for. */
const look = 2000;
const patience = 300_000;

/** Whether a rollout has arrived: its controller has seen the wish, and every pod is new, ready and available. */
export function hasArrived({ observed, wanted, updated, ready, available }: Rollout): boolean {
  return observed && updated >= wanted && ready >= wanted && available >= wanted;
}

export function rolloutWords({ wanted, updated, ready }: Rollout): LocalText {
  return text(
    `${updated} of ${wanted} pods are up to date, ${ready} are ready.`,
    `${updated} pods à jour sur ${wanted}, ${ready} prêts.`,
  );
}

/** Waits until a workload stands as `holds` wants it, five minutes at most; what it saw last is the proof or its lack. */
export async function awaitRollout(
  access: ClusterAccess,
  place: WorkloadPlace,
  context: Pick<ActionContext, "signal" | "progress">,
  holds: (state: WorkloadState) => boolean,
): Promise<Verification> {
  const until = access.now() + patience;
  let told = "";
  for (;;) {
    const state = await readWorkload(access, place, context.signal);
    const { wanted, ready, updated } = state.rollout;
    const words = rolloutWords(state.rollout);
    const data = { wanted, ready, updated };
    if (holds(state)) return { proven: true, text: words, data };
    if (words.en !== told) {
      told = words.en;
      context.progress(words, wanted === 0 ? null : Math.min(1, Math.min(ready, updated) / wanted));
    }
    if (access.now() >= until) return { proven: false, text: words, data };
    await access.wait(look * (1 + 0.5 * access.random()), context.signal);
  }
}
