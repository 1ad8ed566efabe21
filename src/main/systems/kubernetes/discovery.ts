import { z } from "zod";
import type { KubernetesApi } from "./client/api.ts";
import { Refusal } from "./client/refusal.ts";

const groupSchema = z.object({ versions: z.array(z.object({ version: z.string() })).max(100) });

/** Milliseconds for which an answer is kept: clusters are upgraded while the console runs. */
const keptFor = 600_000;

/** Which versions of an API group the server speaks. Source: kubernetes.io, "API discovery". */
export class Discovery {
  readonly #api: Pick<KubernetesApi, "ask">;
  readonly #now: () => number;
  readonly #groups = new Map<string, { at: number; versions: string[] }>();

  constructor(api: Pick<KubernetesApi, "ask">, now: () => number) {
    this.#api = api;
    this.#now = now;
  }

  /** The versions of a group, the server's favourite first; none when it does not have the group. */
  async versionsOf(group: string, signal: AbortSignal): Promise<readonly string[]> {
    const known = this.#groups.get(group);
    if (known && this.#now() - known.at < keptFor) return known.versions;
    const versions = await this.#read(group, signal);
    this.#groups.set(group, { at: this.#now(), versions });
    return versions;
  }

  /** The first of the wanted versions that the server speaks; null when it speaks none of them. */
  async pick(group: string, wanted: readonly string[], signal: AbortSignal): Promise<string | null> {
    const versions = await this.versionsOf(group, signal);
    return wanted.find((version) => versions.includes(version)) ?? null;
  }

  async #read(group: string, signal: AbortSignal): Promise<string[]> {
    try {
      const parsed = groupSchema.safeParse(await this.#api.ask({ path: `/apis/${group}`, signal }));
      return parsed.success ? parsed.data.versions.map(({ version }) => version) : [];
    } catch (error) {
      if (error instanceof Refusal && error.status === 404) return [];
      throw error;
    }
  }
}
