import type { DrainPod } from "../../../../shared/drain.ts";
import { OpsError } from "../../../../shared/errors.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { ActionContext } from "../../../actions/action.ts";
import { setCordon } from "../actions/set-cordon.ts";
import type { ClusterAccess } from "../cluster-access.ts";
import type { DrainEntry } from "./desk.ts";
import { evict } from "./evict.ts";
import { drainAborted, drainAsks, drainTimedOut, otherNode, uncordonedMeanwhile } from "./faults.ts";
import { DrainLedger } from "./ledger.ts";
import type { DrainConsent } from "./plan.ts";
import { evictionVersion, readNode, readPods, readSurroundings } from "./read-node.ts";

/** All in milliseconds. */
export interface DrainTimes {
  /** Between two looks at the node; up to half as much again is added by chance. */
  look: number;
  /** How long the API server may be out of reach before the drain gives up. */
  outage: number;
}

const usualTimes: DrainTimes = { look: 2000, outage: 120_000 };
const evictionsAtOnce = 10;

export interface DrainParts {
  access: ClusterAccess;
  entry: DrainEntry;
  context: Pick<ActionContext, "signal" | "progress" | "output" | "committed">;
  node: string;
  /** The node that was looked at; another one of the same name is left alone. */
  uid: string;
  /** Whether it was cordoned before: then an abort leaves it so. */
  wasCordoned: boolean;
  consent: DrainConsent;
  /** Milliseconds for the whole. */
  limit: number;
  times?: DrainTimes;
}

/** What a finished drain leaves behind for its proof. */
export interface Drained {
  evicted: { namespace: string; name: string; uid: string }[];
  stayed: number;
}

/**
 * Drains a node: cordon, then evictions only, each asked for again as long as it is refused for a reason that time or
 * somebody else can end, until no pod is left that is to leave. Reads everything anew in each round, so that it goes on
 * where another one stood. Throws OpsErrors `kubernetes.drain-…`, and what the API refuses for good.
 */
export class NodeDrain {
  readonly #parts: DrainParts;
  readonly #times: DrainTimes;
  readonly #ledger: DrainLedger;
  readonly #startedAt: number;
  #heardAt: number;
  /** Milliseconds that a person had it paused, and when that was counted last. */
  #pausedFor = 0;
  #countedAt: number;
  #told = "";

  constructor(parts: DrainParts) {
    this.#parts = parts;
    this.#times = parts.times ?? usualTimes;
    this.#ledger = new DrainLedger(parts.consent);
    this.#startedAt = parts.access.now();
    this.#heardAt = this.#startedAt;
    this.#countedAt = this.#startedAt;
  }

  async run(): Promise<Drained> {
    const { access, context, node, entry } = this.#parts;
    const { signal } = context;
    const version = await evictionVersion(access, signal);
    context.committed();
    await setCordon(access, node, true, signal);
    context.progress(
      text(`${node} is cordoned: it takes no new pods.`, `${node} est isolé : il n'accepte plus de pods.`),
    );
    for (;;) {
      await this.#heedAbort();
      const over = await this.#round(version);
      entry.show(this.#ledger.pods);
      this.#tell();
      if (over) return this.#finished();
      await access.wait(this.#times.look * (1 + 0.5 * access.random()), signal);
      this.#countPause();
    }
  }

  /** What a person takes to think is not taken from the time that the drain may have. */
  #countPause(): void {
    const { access, entry } = this.#parts;
    const now = access.now();
    if (entry.wish === "pause") this.#pausedFor += Math.max(0, now - this.#countedAt);
    this.#countedAt = now;
  }

  /** Looks, evicts what is due, and says whether nothing is left to do. A short outage of the API is waited out. */
  async #round(version: string): Promise<boolean> {
    const { access, entry, node, limit } = this.#parts;
    try {
      await this.#look();
      if (this.#ledger.remaining.length === 0) return true;
      if (entry.wish === "go-on") await this.#evictDue(version);
      this.#heardAt = access.now();
    } catch (error) {
      if (this.#parts.context.signal.aborted || !isPassing(error)) throw error;
      if (access.now() - this.#heardAt > this.#times.outage) throw error;
      this.#report([], error.text);
    }
    const used = access.now() - this.#startedAt - this.#pausedFor;
    if (used <= limit || entry.wish === "pause") return false;
    throw drainTimedOut(node, Math.round(limit / 60_000), this.#ledger.remaining);
  }

  async #look(): Promise<void> {
    const { access, node, uid, context } = this.#parts;
    const { signal } = context;
    const state = await readNode(access, node, signal);
    if (state.uid !== uid) throw otherNode(node);
    if (!state.cordoned) throw uncordonedMeanwhile(node);
    const pods = await readPods(access, node, signal);
    const surroundings = await readSurroundings(access, pods, signal);
    this.#report(this.#ledger.update(pods, surroundings, state.ready, access.now()), null);
  }

  async #evictDue(version: string): Promise<void> {
    const { access, context, entry } = this.#parts;
    const queue = this.#ledger.due(access.now());
    const lane = async () => {
      for (let pod = queue.shift(); pod && entry.wish === "go-on"; pod = queue.shift()) {
        const { uid } = pod;
        context.committed();
        const eviction = await evict(access, pod, version, context.signal);
        const now = access.now();
        if (eviction.outcome === "admitted") this.#report(this.#ledger.admitted(uid, now), null);
        else if (eviction.outcome === "gone") this.#report(this.#ledger.gone(uid, now), null);
        else {
          const notBefore = now + eviction.after * (1 + 0.25 * access.random());
          this.#report(this.#ledger.waits(uid, eviction.reason, notBefore, now), null);
        }
      }
    };
    const lanes = await Promise.allSettled(Array.from({ length: evictionsAtOnce }, lane));
    for (const ended of lanes) if (ended.status === "rejected") throw ended.reason;
  }

  /** A person's wish is heeded before anything else is done. */
  async #heedAbort(): Promise<void> {
    const { access, entry, node, wasCordoned, context } = this.#parts;
    if (!entry.wish.startsWith("abort")) return;
    const uncordon = entry.wish === "abort-and-uncordon" && !wasCordoned;
    if (uncordon) await setCordon(access, node, false, context.signal);
    throw drainAborted(node, uncordon, this.#ledger.remaining.length);
  }

  #finished(): Drained {
    const { asking, pods } = this.#ledger;
    if (asking.length > 0) throw drainAsks(this.#parts.node, asking);
    return {
      evicted: pods
        .filter(({ state }) => state === "gone")
        .map(({ namespace, name, uid }) => ({ namespace, name, uid })),
      stayed: pods.filter(({ state }) => state === "stays").length,
    };
  }

  /** Each change of a pod as a line of output, and trouble with the API besides. */
  #report(changed: readonly DrainPod[], trouble: LocalText | null): void {
    const { output } = this.#parts.context;
    for (const { namespace, name, state, reason } of changed) {
      const because = reason ? `: ${reason.en}` : "";
      output("output", `${namespace}/${name} ${state}${because}\n`);
    }
    if (trouble) output("error", `${trouble.en}\n`);
  }

  /** One sentence for the task panel: how many have left, and what the first that waits is waiting for. */
  #tell(): void {
    const { total, gone } = this.#ledger.counts;
    const held = this.#ledger.remaining.find(({ state }) => state === "blocked") ?? this.#ledger.remaining[0];
    const paused = this.#parts.entry.wish === "pause";
    const english = [
      `Pods that have left: ${gone} of ${total}.`,
      paused ? "Paused." : "",
      because(held, "en"),
    ];
    const french = [`Pods partis : ${gone} sur ${total}.`, paused ? "En pause." : "", because(held, "fr")];
    const words = text(english.filter(Boolean).join(" "), french.filter(Boolean).join(" "));
    if (words.en === this.#told) return;
    this.#told = words.en;
    this.#parts.context.progress(words, total === 0 ? 1 : gone / total);
  }
}

function because(pod: DrainPod | undefined, language: "en" | "fr"): string {
  return pod?.reason ? `${pod.namespace}/${pod.name}: ${pod.reason[language]}` : "";
}

/** Whether an error may pass by itself: the network, an overloaded server. A refusal for good does not. */
function isPassing(error: unknown): error is OpsError {
  return (
    error instanceof OpsError &&
    /^(reach\.|kubernetes\.(closed|truncated|timed-out|busy|server-error|garbage|not-kubernetes|tls-failed)$)/.test(
      error.code,
    )
  );
}
