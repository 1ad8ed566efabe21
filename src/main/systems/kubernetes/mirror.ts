import type { OpsError } from "../../../shared/errors.ts";
import { Refusal } from "./client/refusal.ts";
import type { ClusterAccess } from "./cluster-access.ts";
import type { Gatherer, Mirrored, ObservedKind } from "./kinds/kind.ts";
import { type Change, Reflector } from "./list-watch/reflector.ts";
import type { WatchTimes } from "./list-watch/watch.ts";

export interface MirrorChange {
  set: ReadonlyMap<string, Mirrored>;
  removed: ReadonlyMap<string, Mirrored>;
}

export interface MirrorParts {
  access: ClusterAccess;
  kind: ObservedKind;
  /** All when empty. */
  namespaces: readonly string[];
  /** Called after each change, with what came or changed and what went, by key. */
  onChange(change: MirrorChange): void;
  /** Called when it can be read again after it could not. */
  onBack?(): void;
  times?: WatchTimes;
}

/** One kind of object in all namespaces that are looked at: a reflector each, or one for the whole cluster. */
export class Mirror {
  readonly kind: ObservedKind;
  readonly #parts: MirrorParts;
  readonly #gatherer: Gatherer | null;
  #reflectors: Reflector<Mirrored>[] = [];
  #making: Promise<Reflector<Mirrored>[] | null> | null = null;
  #gathered = new Map<string, Mirrored>();
  #error: OpsError | null = null;
  /** Epoch milliseconds of the last reading that was asked for; null: never. */
  readAt: number | null = null;

  constructor(parts: MirrorParts) {
    this.kind = parts.kind;
    this.#parts = parts;
    this.#gatherer = parts.kind.gatherer?.(parts.access) ?? null;
  }

  /** Why it cannot be read now; null when it can, or was never tried. */
  get error(): OpsError | null {
    return this.#error;
  }

  /** Everything that is held, by key. */
  *items(): Iterable<[string, Mirrored]> {
    if (this.#gatherer) yield* this.#gathered;
    else for (const reflector of this.#reflectors) yield* reflector.items;
  }

  /** How many objects are held. */
  get size(): number {
    return this.#reflectors.reduce((sum, { items }) => sum + items.size, 0);
  }

  /** Whether all of it is being kept up to date right now. */
  get live(): boolean {
    return this.#reflectors.length > 0 && this.#reflectors.every(({ live }) => live);
  }

  /**
   * Reads it once, unless it is being followed. A kind that the server does not have is empty. Throws what KubernetesApi
   * throws.
   */
  async refresh(signal: AbortSignal): Promise<void> {
    try {
      const reflectors = await this.#made(signal);
      for (const reflector of reflectors ?? []) await reflector.refresh(signal);
      this.#error = null;
    } catch (error) {
      await this.#failed(error);
    }
    this.readAt = this.#parts.access.now();
    await this.#complete(signal);
  }

  /** Keeps it up to date for so many milliseconds. */
  async follow(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (!this.kind.watched) return;
    for (const reflector of (await this.#made(signal)) ?? []) reflector.follow(milliseconds);
  }

  /** The server was heard again. */
  hurry(): void {
    for (const reflector of this.#reflectors) reflector.hurry();
  }

  distrust(): void {
    for (const reflector of this.#reflectors) reflector.distrust();
  }

  async close(): Promise<void> {
    await this.#making?.catch(() => undefined);
    await Promise.all(this.#reflectors.map((reflector) => reflector.close()));
  }

  /** Null when the server does not have the kind. */
  async #made(signal: AbortSignal): Promise<Reflector<Mirrored>[] | null> {
    if (this.#reflectors.length > 0) return this.#reflectors;
    this.#making ??= this.#make(signal).finally(() => {
      this.#making = null;
    });
    return this.#making;
  }

  async #make(signal: AbortSignal): Promise<Reflector<Mirrored>[] | null> {
    const { access, kind, namespaces } = this.#parts;
    const prefix = await prefixOf(access, kind, signal);
    if (prefix === null) return null;
    const all = `${prefix}/${kind.plural}`;
    const field = kind.fieldSelector;
    if (namespaces.length === 0 || (!kind.namespaced && kind.folder !== "namespaces")) {
      this.#reflectors = [this.#reflector(all, field)];
    } else {
      this.#reflectors = namespaces.map((name) =>
        kind.namespaced
          ? this.#reflector(`${prefix}/namespaces/${name}/${kind.plural}`, field)
          : this.#reflector(all, `metadata.name=${name}`),
      );
    }
    return this.#reflectors;
  }

  #reflector(path: string, fieldSelector: string | null): Reflector<Mirrored> {
    const { access, kind, times } = this.#parts;
    const labelSelector = kind.labelSelector;
    return new Reflector<Mirrored>({
      api: access.api,
      collection: {
        path,
        form: kind.form,
        ...(fieldSelector !== null && { fieldSelector }),
        ...(labelSelector !== null && { labelSelector }),
        unversioned: !kind.watched,
        brief: !kind.kept,
      },
      read: (item) => {
        const seen = kind.see(access.system, item);
        const attached = kind.attach(access.system, item);
        const part = kind.part(item, access.system);
        return seen || attached || part ? { seen, attached, part } : null;
      },
      onChange: (change) => this.#tell(change),
      onState: (error) => {
        const isBack = this.#error !== null && error === null;
        this.#error = error;
        if (isBack) this.#parts.onBack?.();
      },
      now: access.now,
      wait: access.wait,
      random: access.random,
      ...(times && { times }),
    });
  }

  #tell({ set, removed }: Change<Mirrored>): void {
    if (this.#gatherer) this.#gather(this.#gatherer);
    else this.#parts.onChange({ set, removed });
  }

  #gather(gatherer: Gatherer): void {
    const before = this.#gathered;
    this.#gathered = gatherer.gather(this.#objects());
    const removed = new Map([...before].filter(([key]) => !this.#gathered.has(key)));
    this.#parts.onChange({ set: this.#gathered, removed });
  }

  *#objects(): Iterable<Mirrored> {
    for (const { items } of this.#reflectors) yield* items.values();
  }

  /** What is asked for besides is an extra: that it cannot be read is no reason to lose the rest. */
  async #complete(signal: AbortSignal): Promise<void> {
    if (!this.#gatherer) return;
    try {
      if (await this.#gatherer.complete(this.#objects(), signal)) this.#gather(this.#gatherer);
    } catch (error) {
      if (signal.aborted || !(error instanceof Refusal)) throw error;
    }
  }

  /** Throws the error again, unless it says that the server does not have the kind. */
  async #failed(error: unknown): Promise<void> {
    const { access, kind } = this.#parts;
    const status = error instanceof Refusal ? error.status : null;
    if (status === 404 || (status === 403 && kind.extra) || !kind.kept) await this.#forget();
    if (status === 404) access.discovery.forget();
    this.#error = error instanceof Refusal && status !== 404 ? error : null;
    if (status === 404) return;
    // A refusal is an answer for now; whatever else went wrong is tried again in the next round.
    if (status !== null && status < 500) this.readAt = access.now();
    throw error;
  }

  /** The kind is gone from the server, or can no longer be read: nothing is held of it. */
  async #forget(): Promise<void> {
    const gone = this.#reflectors;
    const removed = new Map(this.items());
    this.#reflectors = [];
    this.#gathered = new Map();
    if (removed.size > 0) this.#parts.onChange({ set: new Map(), removed });
    await Promise.all(gone.map((reflector) => reflector.close()));
  }
}

/** Where a kind is in the API, in the first version that the server speaks; null when it does not have the kind. */
async function prefixOf(
  access: ClusterAccess,
  kind: ObservedKind,
  signal: AbortSignal,
): Promise<string | null> {
  const { onlyWith } = kind;
  if (onlyWith !== null && (await access.discovery.pick(onlyWith, ["v1"], signal)) === null) return null;
  const [first = ""] = kind.prefixes;
  const [, root, group = ""] = first.split("/");
  if (root === "api") return first;
  const versions = kind.prefixes.map((prefix) => prefix.split("/")[3] ?? "");
  const chosen = await access.discovery.pick(group, versions, signal, kind.plural);
  return chosen === null ? null : `/apis/${group}/${chosen}`;
}
