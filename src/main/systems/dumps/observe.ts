import { toOpsError } from "../../../shared/errors.ts";
import type { Declaration, ObservationSink } from "../../../shared/resource.ts";
import { DeclaredBook } from "../declared-book.ts";
import type { HostAccess } from "../host-access.ts";
import type { ListedServer } from "../listed-servers.ts";
import { ReadingRounds } from "../reading-rounds.ts";
import { type Copies, type Dump, type DumpSet, dumpsOf } from "./dump-set.ts";
import { dumpFacts, dumpProblems, setFacts, setProblems } from "./judge.ts";
import { listingOf, listingScript } from "./listing.ts";

const deadline = 45_000;
const concurrency = 8;
const missedReadings = 3;
/** Dumps of a set that are shown, the newest. */
const mostShown = 200;

export interface ObserverParts {
  access: HostAccess;
  sets: readonly DumpSet[];
  every: number;
  site: string | null;
  environment: string | null;
}

/** Reads sets of dumps on all their servers: each a backup policy, its dumps restore points. */
export class DumpObserver {
  readonly #parts: ObserverParts;
  readonly #book: DeclaredBook;
  readonly #rounds: ReadingRounds;
  readonly #failing = new Set<string>();
  readonly #dumps = new Map<string, { set: DumpSet; dump: Dump }>();
  /** What a check has found, by the resource and the file as it was then. */
  readonly #checked = new Map<string, { file: string; verdict: "ok" | "failed" }>();

  constructor(parts: ObserverParts) {
    this.#parts = parts;
    this.#book = new DeclaredBook(parts.access.system);
    this.#rounds = new ReadingRounds({ concurrency, isFailing: (id) => this.#failing.has(id) });
  }

  declarations(): Declaration[] {
    const found = this.#book.declarations();
    const known = new Set(found.map(({ id }) => id));
    return [...this.#parts.sets.map((set) => this.#policy(set)).filter(({ id }) => !known.has(id)), ...found];
  }

  /** The dump that a resource is; null for any other. */
  dumpOf(resource: string): { set: DumpSet; dump: Dump } | null {
    return this.#dumps.get(resource) ?? null;
  }

  /** Keeps what a check has found, until the file is another. */
  noteCheck(resource: string, verdict: "ok" | "failed"): void {
    const known = this.#dumps.get(resource);
    if (known) this.#checked.set(resource, { file: fileWords(known.dump), verdict });
  }

  /** Reads the named sets, all when left out; never throws. */
  async observe(sink: ObservationSink, signal: AbortSignal, resources?: string[]): Promise<void> {
    const { sets, access } = this.#parts;
    const wanted = sets.filter(
      ({ resource }) => resources?.some((id) => id === resource || id.startsWith(`${resource}/`)) ?? true,
    );
    await this.#rounds.run({
      resources: wanted.map(({ resource }) => resource),
      signal,
      asked: resources !== undefined,
      read: async (resource) => {
        const set = sets.find((each) => each.resource === resource);
        if (!set) return;
        try {
          await this.read(set, signal);
        } catch {
          // Aborted: what was known stays as it is.
          return;
        }
        await this.#book.tell(sink, access.now, signal);
      },
    });
  }

  /** Reads one set and gives its dumps, newest first. Throws what the signal was aborted with. */
  async read(set: DumpSet, signal: AbortSignal): Promise<{ dumps: Dump[]; copies: Copies[] }> {
    const copies = await Promise.all(set.servers.map((server) => this.#ask(set, server, signal)));
    const now = this.#parts.access.now();
    const dumps = dumpsOf(set, copies, now);
    const isRead = copies.some(({ listing }) => listing !== null);
    this.#book.put({
      declaration: this.#policy(set),
      facts: setFacts(set, dumps, copies, now),
      problems: setProblems(set, dumps, copies, now),
    });
    if (isRead) {
      this.#failing.delete(set.resource);
      this.#show(
        set,
        dumps.slice(0, mostShown),
        copies.every(({ error }) => error === null),
      );
    } else {
      this.#failing.add(set.resource);
      const error = copies[0]?.error?.toWire();
      const own = [...this.#book.ids()].filter(
        (id) => id === set.resource || id.startsWith(`${set.resource}/`),
      );
      if (error) for (const id of own) this.#book.fail(id, error);
    }
    return { dumps, copies };
  }

  #show(set: DumpSet, dumps: readonly Dump[], isAll: boolean): void {
    const shown = new Set<string>();
    for (const dump of dumps) {
      const declaration = this.#point(set, dump);
      const { id } = declaration;
      shown.add(id);
      this.#dumps.set(id, { set, dump });
      const checked = this.#checked.get(id);
      const verdict = checked?.file === fileWords(dump) ? checked.verdict : null;
      this.#book.put({
        declaration,
        facts: dumpFacts(set, dump, verdict),
        problems: dumpProblems(dump, verdict),
      });
    }
    // While a server is silent, what it alone has is not gone.
    if (!isAll) return;
    for (const id of [...this.#dumps.keys()]) {
      if (!id.startsWith(`${set.resource}/`) || shown.has(id)) continue;
      this.#dumps.delete(id);
      this.#checked.delete(id);
      this.#book.drop(id);
    }
  }

  async #ask(set: DumpSet, server: ListedServer, signal: AbortSignal): Promise<Copies> {
    const { access } = this.#parts;
    const { directory, pattern } = set.config;
    const asked = [{ id: set.id, directory, pattern }];
    try {
      const sections = await access.ask(server.target, (mark) => listingScript(mark, asked), {
        signal,
        deadline,
      });
      return { server, listing: listingOf(sections, set.id), error: null };
    } catch (thrown) {
      if (signal.aborted) throw thrown;
      return { server, listing: null, error: toOpsError(thrown, access.system) };
    }
  }

  #policy(set: DumpSet): Declaration {
    const { environment, site } = this.#parts;
    return {
      ...this.#common(),
      id: set.resource,
      kind: "backup-policy",
      name: set.name,
      parent: site,
      environment: set.config.environment ?? environment,
    };
  }

  #point(set: DumpSet, { name }: Dump): Declaration {
    return {
      ...this.#common(),
      id: `${set.resource}/${name}`,
      kind: "restore-point",
      name,
      parent: set.resource,
      environment: set.config.environment ?? this.#parts.environment,
    };
  }

  #common() {
    const { access, site, every } = this.#parts;
    return { system: access.system, site, staleAfter: every * missedReadings };
  }
}

function fileWords({ size, modifiedAt }: Dump): string {
  return `${size} ${modifiedAt}`;
}
