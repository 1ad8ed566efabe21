import { setTimeout } from "node:timers/promises";
import { type Cluster, say } from "./cluster.ts";

const mergePatch = "application/merge-patch+json";

/** Changes pods of a cluster at a steady pace; `sent` counts the changes that the API server took. */
export class Churn {
  sent = 0;
  readonly #cluster: Cluster;
  readonly #paths: readonly string[];
  readonly #pace: number;
  #going = true;
  #done: Promise<void>;

  /** `pace` in changes a second, over the pods at these paths in turn. */
  constructor(cluster: Cluster, paths: readonly string[], pace: number) {
    this.#cluster = cluster;
    this.#paths = paths;
    this.#pace = pace;
    this.#done = this.#go();
  }

  /** Ends it; rejects when a change was refused. */
  async stop(): Promise<void> {
    this.#going = false;
    await this.#done;
  }

  async #go(): Promise<void> {
    const startedAt = performance.now();
    let asked = 0;
    while (this.#going) {
      const due = Math.floor(((performance.now() - startedAt) / 1000) * this.#pace) - asked;
      const batch = Math.min(due, this.#pace);
      await Promise.all(Array.from({ length: batch }, () => this.#change(asked++)));
      await setTimeout(20);
    }
  }

  async #change(index: number): Promise<void> {
    const path = this.#paths[index % this.#paths.length] ?? "";
    const labels = { "measured-at": `change-${index}` };
    await say(this.#cluster, "PATCH", path, { type: mergePatch, value: { metadata: { labels } } });
    this.sent += 1;
  }
}
