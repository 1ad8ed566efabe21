import type { DrainLoss, DrainPod, DrainView, DrainWish } from "../../../../shared/drain.ts";
import type { Drains } from "../../system.ts";

/** One drain under way: what it shows, and what is wished of it. */
export interface DrainEntry {
  wish: DrainWish;
  /** Shows how far it is. */
  show(pods: readonly DrainPod[]): void;
  end(): void;
}

/** How long the last state of a drain that has ended can still be looked at: as long as no other begins. */
const mostKept = 50;

const phaseOf: Record<DrainWish, DrainView["phase"]> = {
  "go-on": "running",
  pause: "paused",
  abort: "stopping",
  "abort-and-uncordon": "stopping",
};

/** The drains of one cluster, for whoever looks at them or wants to pause or abort one. */
export class DrainDesk implements Drains {
  readonly #views = new Map<string, DrainView>();
  readonly #entries = new Map<string, DrainEntry>();
  readonly #listeners = new Set<(view: DrainView) => void>();

  /** Shows what a drain would do. Nothing is shown over one that is under way. */
  preview(resource: string, pods: readonly DrainPod[], allowed: readonly DrainLoss[]): void {
    if (this.#entries.has(resource)) return;
    this.#show({ resource, phase: "preview", pods: [...pods], allowed: [...allowed] });
    this.#forgetOld();
  }

  /** Called by a drain that begins on a node's resource; its first lines are those of its preview. */
  open(resource: string, losses: readonly DrainLoss[] = []): DrainEntry {
    const allowed = [...losses];
    const show = (pods: readonly DrainPod[], phase: DrainView["phase"]) =>
      this.#show({ resource, phase, pods: [...pods], allowed });
    const entry: DrainEntry = {
      wish: "go-on",
      show: (pods) => show(pods, phaseOf[entry.wish]),
      end: () => {
        if (this.#entries.get(resource) !== entry) return;
        this.#entries.delete(resource);
        show(this.#views.get(resource)?.pods ?? [], "ended");
        this.#forgetOld();
      },
    };
    this.#entries.set(resource, entry);
    const before = this.#views.get(resource);
    show(before?.phase === "preview" ? before.pods : [], "running");
    return entry;
  }

  /** How a drain stands, or how the last one ended; null when there was none. */
  view(resource: string): DrainView | null {
    return this.#views.get(resource) ?? null;
  }

  /** Pauses, resumes or aborts a drain. False when none is under way there, or it is being aborted already. */
  wish(resource: string, wish: DrainWish): boolean {
    const entry = this.#entries.get(resource);
    if (!entry || entry.wish.startsWith("abort")) return false;
    entry.wish = wish;
    const pods = this.#views.get(resource)?.pods ?? [];
    entry.show(pods);
    return true;
  }

  /** Calls the listener whenever a drain has got further; returns how to stop. */
  onChange(listener: (view: DrainView) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #show(view: DrainView): void {
    this.#views.delete(view.resource);
    this.#views.set(view.resource, view);
    for (const listener of [...this.#listeners]) listener(view);
  }

  #forgetOld(): void {
    for (const old of this.#views.keys()) {
      if (this.#views.size <= mostKept) break;
      if (!this.#entries.has(old)) this.#views.delete(old);
    }
  }
}
