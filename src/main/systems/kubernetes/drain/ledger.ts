import type { DrainPod } from "../../../../shared/drain.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { NodePod } from "./node-pods.ts";
import { type DrainConsent, type DrainSurroundings, leavingReason, plannedPod } from "./plan.ts";

interface Line {
  pod: DrainPod;
  /** Epoch milliseconds before which its eviction is not asked for again. */
  notBefore: number;
  /** Whether the API server has admitted its eviction, or it was ending anyhow. */
  leaving: boolean;
}

/**
 * What a drain knows of each pod of its node, by UID: a line once written stays until the end, so that nobody has to
 * guess where a pod went.
 */
export class DrainLedger {
  readonly #consent: DrainConsent;
  readonly #lines = new Map<string, Line>();

  constructor(consent: DrainConsent) {
    this.#consent = consent;
  }

  /** Brings the lines up to date with a reading of the node. Returns those that changed. */
  update(
    pods: readonly NodePod[],
    surroundings: DrainSurroundings,
    nodeReady: boolean | null,
    now: number,
  ): DrainPod[] {
    const changed: DrainPod[] = [];
    const present = new Set(pods.map(({ uid }) => uid));
    for (const pod of pods) {
      const line = this.#lines.get(pod.uid);
      const planned = plannedPod(pod, this.#consent, surroundings, now);
      if (!line || isOtherwise(line, planned)) {
        this.#lines.set(pod.uid, { pod: planned, notBefore: 0, leaving: planned.plan === "leaving" });
        changed.push(planned);
        continue;
      }
      line.pod = { ...line.pod, budgets: planned.budgets };
      if (pod.leaving && line.pod.state !== "stays") {
        line.leaving = true;
        changed.push(...this.#set(line, "leaving", leavingReason(pod, nodeReady, now), now));
      }
    }
    for (const [uid, line] of this.#lines) {
      if (!present.has(uid) && line.pod.state !== "gone") changed.push(...this.#set(line, "gone", null, now));
    }
    return changed;
  }

  /** Those whose eviction is to be asked for now. */
  due(now: number): DrainPod[] {
    return [...this.#lines.values()]
      .filter(
        ({ pod, notBefore, leaving }) =>
          pod.plan === "evict" && pod.state !== "gone" && !leaving && notBefore <= now,
      )
      .map(({ pod }) => pod);
  }

  /** The eviction was admitted. */
  admitted(uid: string, now: number): DrainPod[] {
    const line = this.#lines.get(uid);
    if (!line) return [];
    line.leaving = true;
    return this.#set(line, "leaving", leaving, now);
  }

  /** The eviction has to wait until `notBefore`. */
  waits(uid: string, reason: LocalText, notBefore: number, now: number): DrainPod[] {
    const line = this.#lines.get(uid);
    if (!line) return [];
    line.notBefore = notBefore;
    return this.#set(line, "blocked", reason, now);
  }

  /** It was not there any more when its eviction was asked for. */
  gone(uid: string, now: number): DrainPod[] {
    const line = this.#lines.get(uid);
    return line ? this.#set(line, "gone", null, now) : [];
  }

  get pods(): DrainPod[] {
    return [...this.#lines.values()].map(({ pod }) => pod);
  }

  /** Those that are to leave and have not. */
  get remaining(): DrainPod[] {
    return this.pods.filter(
      ({ plan, state }) => (plan === "evict" || plan === "leaving") && state !== "gone",
    );
  }

  /** Those that need a person's word. */
  get asking(): DrainPod[] {
    return this.pods.filter(({ plan, state }) => plan.startsWith("asks-") && state !== "gone");
  }

  /** How many were to leave, and how many have. */
  get counts(): { total: number; gone: number } {
    const leaving = this.pods.filter(({ plan }) => plan === "evict" || plan === "leaving");
    return { total: leaving.length, gone: leaving.filter(({ state }) => state === "gone").length };
  }

  #set(line: Line, state: DrainPod["state"], reason: LocalText | null, now: number): DrainPod[] {
    const { pod } = line;
    if (pod.state === state && pod.reason?.en === reason?.en) return [];
    line.pod = { ...pod, state, reason, since: pod.state === state ? pod.since : now };
    return [line.pod];
  }
}

/**
 * Whether a pod must be planned anew: it has finished meanwhile, lost its DaemonSet, or is there again because the
 * answer by which it had gone was too old.
 */
function isOtherwise({ pod, leaving }: Line, planned: DrainPod): boolean {
  if (pod.state === "gone") return true;
  return !leaving && planned.plan !== "leaving" && planned.plan !== pod.plan;
}

const leaving = text("Evicted; it is ending.", "Évincé ; il se termine.");
