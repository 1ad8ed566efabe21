import { z } from "zod";
import { abortable } from "../../reach/abort.ts";
import type { KubernetesApi } from "./client/api.ts";
import { Refusal } from "./client/refusal.ts";

const groupsSchema = z.object({
  groups: z
    .array(z.object({ name: z.string(), versions: z.array(z.object({ version: z.string() })).max(100) }))
    .max(5000),
});
type Groups = ReadonlyMap<string, readonly string[]>;

/** Milliseconds for which an answer is kept: clusters are upgraded while the console runs. */
const keptFor = 600_000;

/** Which API groups the server has, and in which versions. Source: kubernetes.io, "API discovery". */
export class Discovery {
  readonly #api: Pick<KubernetesApi, "ask">;
  readonly #now: () => number;
  #known: { at: number; groups: Groups | null } | null = null;
  #reading: Promise<Groups | null> | null = null;

  constructor(api: Pick<KubernetesApi, "ask">, now: () => number) {
    this.#api = api;
    this.#now = now;
  }

  /**
   * The first of the wanted versions of a group that the server speaks; null when it speaks none of them. Where it does
   * not say what it has, the first wanted. Throws what KubernetesApi throws.
   */
  async pick(group: string, wanted: readonly string[], signal: AbortSignal): Promise<string | null> {
    const groups = await this.#groups(signal);
    if (groups === null) return wanted[0] ?? null;
    const versions = groups.get(group) ?? [];
    return wanted.find((version) => versions.includes(version)) ?? null;
  }

  /** Asks anew the next time: a version that was there is not any more, or the server is another one. */
  forget(): void {
    this.#known = null;
  }

  async #groups(signal: AbortSignal): Promise<Groups | null> {
    if (this.#known && this.#now() - this.#known.at < keptFor) return this.#known.groups;
    const mine = this.#reading === null;
    this.#reading ??= this.#read(signal).finally(() => {
      this.#reading = null;
    });
    try {
      return await abortable(this.#reading, signal);
    } catch (error) {
      // Who had asked gave up, which is nothing to those who waited with them.
      if (!mine && !signal.aborted) return this.#groups(signal);
      throw error;
    }
  }

  async #read(signal: AbortSignal): Promise<Groups | null> {
    let groups: Groups | null = null;
    try {
      const parsed = groupsSchema.safeParse(await this.#api.ask({ path: "/apis", signal }));
      if (parsed.success) {
        groups = new Map(
          parsed.data.groups.map(({ name, versions }) => [name, versions.map(({ version }) => version)]),
        );
      }
    } catch (error) {
      if (!(error instanceof Refusal) || (error.status !== 403 && error.status !== 404)) throw error;
    }
    this.#known = { at: this.#now(), groups };
    return groups;
  }
}
