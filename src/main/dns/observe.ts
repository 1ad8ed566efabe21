import type { WireError } from "../../shared/errors.ts";
import type { Declaration, ObservationSink, Resource } from "../../shared/resource.ts";
import { DeclaredBook } from "../systems/declared-book.ts";
import { ReadingRounds } from "../systems/reading-rounds.ts";
import { noZone } from "./faults.ts";
import { recordFacts, recordProblems, zoneFacts, zoneProblems } from "./judge.ts";
import { type ReaderParts, readRecord, readZone } from "./reading.ts";
import type { WatchedRecord, Zone } from "./zones.ts";

export interface ObserverParts extends ReaderParts {
  system: string;
  site: string | null;
  environment: string | null;
  /** Milliseconds between two readings. */
  every: number;
  zones: readonly Zone[];
  records: readonly WatchedRecord[];
}

const missedReadings = 3;
/** Records that are read at once; each asks all its servers. */
const concurrency = 4;

/** Reads zones and watched records at all their servers and resolvers. */
export class RecordObserver {
  readonly #parts: ObserverParts;
  readonly #book: DeclaredBook;
  readonly #rounds: ReadingRounds;
  readonly #failing = new Set<string>();

  constructor(parts: ObserverParts) {
    this.#parts = parts;
    this.#book = new DeclaredBook(parts.system);
    this.#rounds = new ReadingRounds({ concurrency, isFailing: (id) => this.#failing.has(id) });
  }

  declarations(): Declaration[] {
    const { system, site, environment, zones, records, every } = this.#parts;
    const common = { system, site, staleAfter: every * missedReadings };
    return [
      ...zones.map(
        (zone): Declaration => ({
          ...common,
          id: this.#zoneId(zone),
          kind: "service",
          name: zone.name,
          parent: site,
          environment,
        }),
      ),
      ...records.map(
        (record): Declaration => ({
          ...common,
          id: this.#recordId(record),
          kind: "dns-record",
          name: `${record.name} ${record.type}`,
          parent: record.zone ? this.#zoneId(record.zone) : site,
          environment: record.environment ?? environment,
        }),
      ),
    ];
  }

  /** The watched record that a resource is; null for any other. */
  recordOf({ id }: Pick<Resource, "id">): WatchedRecord | null {
    return this.#parts.records.find((record) => this.#recordId(record) === id) ?? null;
  }

  /** Reads the named resources, all when left out, and reports each as soon as it was read; never throws. */
  async observe(sink: ObservationSink, signal: AbortSignal, resources?: string[]): Promise<void> {
    const declared = new Map(this.declarations().map((each) => [each.id, each]));
    const wanted = (resources ?? [...declared.keys()]).filter((id) => declared.has(id));
    await this.#rounds.run({
      resources: wanted,
      signal,
      asked: resources !== undefined,
      read: async (id) => {
        const declaration = declared.get(id);
        if (!declaration) return;
        try {
          await this.#read(declaration, signal);
        } catch {
          // Aborted: what was known stays as it is.
          return;
        }
        await this.#book.tell(sink, this.#parts.now, signal);
      },
    });
  }

  async #read(declaration: Declaration, signal: AbortSignal): Promise<void> {
    const { zones } = this.#parts;
    const { id } = declaration;
    const zone = zones.find((each) => this.#zoneId(each) === id);
    const record = this.recordOf({ id });
    if (zone) {
      const sayings = await readZone(this.#parts, zone, signal);
      this.#book.put({ declaration, facts: zoneFacts(zone, sayings), problems: zoneProblems(zone, sayings) });
      this.#failUnlessAny(id, sayings);
    } else if (record) {
      const reading = await readRecord(this.#parts, record, signal);
      const { authoritative } = reading;
      const facts = recordFacts(record, reading);
      this.#book.put({ declaration, facts, problems: recordProblems(record, reading) });
      if (record.zone) this.#failUnlessAny(id, authoritative);
      else this.#book.fail(id, noZone(record.name).toWire());
    }
  }

  /** When no server answers nothing is known: it is not shown as fine, and what was read before stays. */
  #failUnlessAny(id: string, sayings: readonly { error: WireError | null }[]): void {
    const failed = sayings.every(({ error }) => error !== null);
    this.#failing.delete(id);
    if (!failed) return;
    this.#failing.add(id);
    const error = sayings[0]?.error;
    if (error) this.#book.fail(id, error);
  }

  #zoneId({ id }: Zone): string {
    return `${this.#parts.system}/zones/${id}`;
  }

  #recordId({ id }: WatchedRecord): string {
    return `${this.#parts.system}/records/${id}`;
  }
}
