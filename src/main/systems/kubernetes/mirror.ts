import type { OpsError } from "../../../shared/errors.ts";
import { Refusal } from "./client/refusal.ts";
import type { ClusterAccess } from "./cluster-access.ts";
import type { ObservedKind } from "./kinds/index.ts";
import type { Attached, Seen } from "./kinds/seen.ts";
import { Reflector } from "./list-watch/reflector.ts";
import type { WatchTimes } from "./list-watch/watch.ts";

export interface Mirrored {
  seen: Seen | null;
  attached: Attached | null;
}

export interface MirrorParts {
  access: ClusterAccess;
  kind: ObservedKind;
  /** All when empty. */
  namespaces: readonly string[];
  /** Called after each change, with the keys of what changed. */
  onChange(change: { whole: boolean; set: readonly Mirrored[]; removed: boolean }): void;
  times?: WatchTimes;
}

/** One kind of object in all namespaces that are looked at: a reflector each, or one for the whole cluster. */
export class Mirror {
  readonly kind: ObservedKind;
  readonly #parts: MirrorParts;
  #reflectors: Reflector<Mirrored>[] | null = null;
  #making: Promise<Reflector<Mirrored>[]> | null = null;
  #error: OpsError | null = null;
  /** Epoch milliseconds of the last reading that was asked for; null: never. */
  readAt: number | null = null;

  constructor(parts: MirrorParts) {
    this.kind = parts.kind;
    this.#parts = parts;
  }

  /** Why it cannot be read now; null when it can, or was never tried. */
  get error(): OpsError | null {
    return this.#error;
  }

  /** Everything that is held. */
  *items(): Iterable<Mirrored> {
    for (const reflector of this.#reflectors ?? []) yield* reflector.items.values();
  }

  /** How many objects are held. */
  get size(): number {
    return (this.#reflectors ?? []).reduce((sum, { items }) => sum + items.size, 0);
  }

  /**
   * Reads it once, unless it is being followed. A kind that the server does not know is empty. Throws what KubernetesApi
   * throws.
   */
  async refresh(signal: AbortSignal): Promise<void> {
    try {
      for (const reflector of await this.#made(signal)) await reflector.refresh(signal);
      this.readAt = this.#parts.access.now();
      this.#error = null;
    } catch (error) {
      if (error instanceof Refusal && error.status === 404) {
        this.readAt = this.#parts.access.now();
        this.#error = null;
        return;
      }
      if (error instanceof Refusal) this.#error = error;
      throw error;
    }
  }

  /** Keeps it up to date for so many milliseconds. */
  async follow(milliseconds: number, signal: AbortSignal): Promise<void> {
    for (const reflector of await this.#made(signal)) reflector.follow(milliseconds);
  }

  distrust(): void {
    for (const reflector of this.#reflectors ?? []) reflector.distrust();
  }

  async close(): Promise<void> {
    await this.#making?.catch(() => undefined);
    await Promise.all((this.#reflectors ?? []).map((reflector) => reflector.close()));
  }

  #made(signal: AbortSignal): Promise<Reflector<Mirrored>[]> {
    if (this.#reflectors) return Promise.resolve(this.#reflectors);
    this.#making ??= this.#make(signal).finally(() => {
      this.#making = null;
    });
    return this.#making;
  }

  async #make(signal: AbortSignal): Promise<Reflector<Mirrored>[]> {
    const { access, kind, namespaces } = this.#parts;
    const prefix = await prefixOf(access, kind, signal);
    const paths =
      kind.namespaced && namespaces.length > 0
        ? namespaces.map((namespace) => `${prefix}/namespaces/${namespace}/${kind.plural}`)
        : [`${prefix}/${kind.plural}`];
    this.#reflectors = paths.map((path) => this.#reflector(path));
    return this.#reflectors;
  }

  #reflector(path: string): Reflector<Mirrored> {
    const { access, kind, onChange, times } = this.#parts;
    return new Reflector<Mirrored>({
      api: access.api,
      collection: { path, form: kind.form },
      read: (item) => {
        const seen = kind.see(access.system, item);
        const attached = kind.attach(access.system, item);
        return seen || attached ? { seen, attached } : null;
      },
      onChange: ({ whole, set, removed }) =>
        onChange({ whole, set: [...set.values()], removed: removed.length > 0 }),
      onState: (error) => {
        this.#error = error;
      },
      now: access.now,
      wait: access.wait,
      random: access.random,
      ...(times && { times }),
    });
  }
}

/** Where several versions of a group would do, the first that the server speaks. */
async function prefixOf(access: ClusterAccess, kind: ObservedKind, signal: AbortSignal): Promise<string> {
  const [first = "", ...others] = kind.prefixes;
  if (others.length === 0) return first;
  const group = first.split("/")[2] ?? "";
  const versions = kind.prefixes.map((prefix) => prefix.split("/")[3] ?? "");
  const chosen = await access.discovery.pick(group, versions, signal);
  return chosen === null ? first : `/apis/${group}/${chosen}`;
}
