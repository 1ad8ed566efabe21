import type { DrainPod } from "../../../../shared/drain.ts";

/** A pod of a Deployment that a drain would evict, changed by `part`. */
export function drainPod(name: string, part: Partial<DrainPod> = {}): DrainPod {
  return {
    resource: `east/pods/shop/${name}`,
    namespace: "shop",
    name,
    uid: `uid-${name}`,
    owner: "ReplicaSet api-5f",
    plan: "evict",
    losses: [],
    budgets: [],
    state: "planned",
    reason: null,
    since: 0,
    ...part,
  };
}
