import { z } from "zod";
import { abortable } from "../../reach/abort.ts";
import type { KubernetesApi } from "./client/api.ts";
import { Refusal } from "./client/refusal.ts";

const groupsSchema = z.object({
  groups: z
    .array(z.object({ name: z.string(), versions: z.array(z.object({ version: z.string() })).max(100) }))
    .max(5000),
});
const resourcesSchema = z.object({
  resources: z
    .array(
      z.object({
        name: z.string(),
        /** Of the body, where that is of another group than the resource. */
        group: z.string().optional(),
        version: z.string().optional(),
      }),
    )
    .max(5000),
});
type Served = z.infer<typeof resourcesSchema>["resources"];
type Groups = ReadonlyMap<string, readonly string[]>;

/** Milliseconds for which an answer is kept: clusters are upgraded while the console runs. */
const keptFor = 600_000;

/** Which API groups the server has, and in which versions. Source: kubernetes.io, "API discovery". */
export class Discovery {
  readonly #api: Pick<KubernetesApi, "ask">;
  readonly #now: () => number;
  readonly #named = new Map<string, { at: number; served: Served | null }>();
  #known: { at: number; groups: Groups | null } | null = null;
  #last: Groups | null = null;
  #reading: Promise<Groups | null> | null = null;

  constructor(api: Pick<KubernetesApi, "ask">, now: () => number) {
    this.#api = api;
    this.#now = now;
  }

  /**
   * The first of the wanted versions of a group that the server speaks, and in which it has the resource where one is
   * named: CronJobs were in `batch/v1beta1` long after `batch/v1` was there. Null when there is none. Where the server
   * does not say what it has, the first wanted. Throws what KubernetesApi throws.
   */
  async pick(
    group: string,
    wanted: readonly string[],
    signal: AbortSignal,
    resource?: string,
  ): Promise<string | null> {
    const groups = await this.#groups(signal);
    if (groups === null) return wanted[0] ?? null;
    const versions = groups.get(group) ?? [];
    const spoken = wanted.filter((version) => versions.includes(version));
    if (resource === undefined || spoken.length < 2) return spoken[0] ?? null;
    for (const version of spoken) {
      const served = await this.#resources(`/apis/${group}/${version}`, signal);
      if (served === null || served.some(({ name }) => name === resource)) return version;
    }
    return null;
  }

  /**
   * The version of an Eviction that pods take; null when the server does not say. It is not that of the group: 1.21 has
   * budgets in `policy/v1` and takes evictions of `policy/v1beta1` alone.
   */
  async evictionVersion(signal: AbortSignal): Promise<string | null> {
    const served = await this.#resources("/api/v1", signal);
    const eviction = served?.find(({ name, group }) => name === "pods/eviction" && group === "policy");
    return eviction?.version ?? null;
  }

  /** Whether the server has said that it does not have a group; false as long as it said nothing. */
  lacks(group: string): boolean {
    return this.#last !== null && !this.#last.has(group);
  }

  /** Asks anew the next time: a version that was there is not any more, or the server is another one. */
  forget(): void {
    this.#known = null;
    this.#named.clear();
  }

  /** The resources of one version of a group, by its path; null when the server does not say. */
  async #resources(path: string, signal: AbortSignal): Promise<Served | null> {
    const known = this.#named.get(path);
    if (known && this.#now() - known.at < keptFor) return known.served;
    const parsed = resourcesSchema.safeParse(await this.#readable(path, signal));
    const served = parsed.success ? parsed.data.resources : null;
    this.#named.set(path, { at: this.#now(), served });
    return served;
  }

  /** Null when it is not there, or may not be read. */
  async #readable(path: string, signal: AbortSignal): Promise<unknown> {
    try {
      return await this.#api.ask({ path, signal });
    } catch (error) {
      if (error instanceof Refusal && (error.status === 403 || error.status === 404)) return null;
      throw error;
    }
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
    const parsed = groupsSchema.safeParse(await this.#readable("/apis", signal));
    const groups = parsed.success
      ? new Map(
          parsed.data.groups.map(({ name, versions }) => [name, versions.map(({ version }) => version)]),
        )
      : null;
    this.#known = { at: this.#now(), groups };
    this.#last = groups ?? this.#last;
    return groups;
  }
}
