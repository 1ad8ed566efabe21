import { OpsError, toOpsError, type WireError } from "../../../shared/errors.ts";
import type { Declaration, Observation, ObservationSink, Problem } from "../../../shared/resource.ts";
import type { WatchedBucketConfig } from "../../../shared/systems/s3.ts";
import { text } from "../../../shared/text.ts";
import { healthOf } from "../declared-book.ts";
import { ReadingRounds } from "../reading-rounds.ts";
import type { BucketClient } from "./client.ts";
import { bucketFacts, bucketProblems } from "./judge.ts";

export interface ObserverParts {
  system: string;
  name: string;
  site: string | null;
  environment: string | null;
  /** Milliseconds between two readings. */
  every: number;
  /** Objects of a bucket that are looked through at the most. */
  mostObjects: number;
  /** By their names in the estate; null: all that the key may list. */
  buckets: ReadonlyMap<string, WatchedBucketConfig> | null;
  client: BucketClient;
  now(): number;
}

const missedReadings = 3;
/** Buckets that are read at once. */
const concurrency = 2;
/** Buckets that are shown of a service whose estate names none. */
const mostBuckets = 200;
const nothingWanted: WatchedBucketConfig = { protects: [] };

/** Reads an S3 service: itself, and its buckets. */
export class BucketObserver {
  readonly service: string;
  readonly #parts: ObserverParts;
  readonly #rounds: ReadingRounds;
  readonly #failing = new Set<string>();
  #buckets: ReadonlyMap<string, WatchedBucketConfig>;

  constructor(parts: ObserverParts) {
    this.#parts = parts;
    this.service = `${parts.system}/service`;
    this.#buckets = parts.buckets ?? new Map();
    this.#rounds = new ReadingRounds({ concurrency, isFailing: (id) => this.#failing.has(id) });
  }

  declarations(): Declaration[] {
    const { system, name, site, environment, every } = this.#parts;
    const common = { system, staleAfter: every * missedReadings };
    return [
      { ...common, id: this.service, kind: "service", name, parent: site, site, environment },
      ...[...this.#buckets].map(
        ([key, bucket]): Declaration => ({
          ...common,
          id: this.#idOf(key),
          kind: "volume",
          name: key,
          parent: this.service,
          site: bucket.site ?? site,
          environment: bucket.environment ?? environment,
        }),
      ),
    ];
  }

  /** Reads the named resources, all when left out, and reports each as soon as it was read; never throws. */
  async observe(sink: ObservationSink, signal: AbortSignal, resources?: string[]): Promise<void> {
    if (resources === undefined || resources.includes(this.service)) await this.#readService(sink, signal);
    const wanted = new Map([...this.#buckets].map(([key, bucket]) => [this.#idOf(key), { key, bucket }]));
    await this.#rounds.run({
      resources: (resources ?? [...wanted.keys()]).filter((id) => wanted.has(id)),
      signal,
      asked: resources !== undefined,
      read: async (id) => {
        const found = wanted.get(id);
        if (found) await this.#readBucket(id, found.bucket.bucket ?? found.key, found.bucket, sink, signal);
      },
    });
  }

  async #readService(sink: ObservationSink, signal: AbortSignal): Promise<void> {
    const { system, buckets, now } = this.#parts;
    const common = { resource: this.service, source: system };
    try {
      const names = await this.#names(signal);
      if (signal.aborted) return;
      if (buckets === null && names !== null) this.#take(names, sink);
      const facts = { "s3.buckets": names?.length ?? null };
      const left = buckets === null ? (names?.length ?? 0) - this.#buckets.size : 0;
      const problems = left > 0 ? [tooMany(left)] : [];
      sink.observe([{ ...common, at: now(), health: healthOf(problems), facts, problems }]);
    } catch (thrown) {
      if (signal.aborted) return;
      const error = toOpsError(thrown, "s3").toWire();
      const ids =
        buckets === null
          ? [this.service, ...[...this.#buckets.keys()].map((key) => this.#idOf(key))]
          : [this.service];
      sink.observe(ids.map((resource): Observation => ({ ...common, resource, at: now(), error })));
    }
  }

  /** Null where the key may not list them, which it need not where the estate names them. */
  async #names(signal: AbortSignal): Promise<string[] | null> {
    const { client, buckets } = this.#parts;
    try {
      return await client.buckets(signal);
    } catch (error) {
      if (buckets !== null && error instanceof OpsError && error.code === "s3.not-allowed") return null;
      throw error;
    }
  }

  #take(names: readonly string[], sink: ObservationSink): void {
    const shown = names.slice(0, mostBuckets);
    if (shown.join("/") === [...this.#buckets.keys()].join("/")) return;
    this.#buckets = new Map(shown.map((name) => [name, nothingWanted]));
    sink.declare(this.#parts.system, this.declarations());
  }

  async #readBucket(
    id: string,
    bucket: string,
    wanted: WatchedBucketConfig,
    sink: ObservationSink,
    signal: AbortSignal,
  ): Promise<void> {
    const { client, system, mostObjects, now } = this.#parts;
    const common = { resource: id, source: system };
    let error: WireError | null = null;
    try {
      const contents = await client.contents(bucket, wanted.prefix ?? "", mostObjects, signal);
      const versioning = await client.versioning(bucket, signal);
      const lock = await client.lock(bucket, signal);
      if (signal.aborted) return;
      const at = now();
      const seen = { bucket, wanted, contents, versioning, lock, at };
      const problems = bucketProblems(seen);
      sink.observe([{ ...common, at, health: healthOf(problems), facts: bucketFacts(seen), problems }]);
    } catch (thrown) {
      if (signal.aborted) return;
      error = toOpsError(thrown, "s3").toWire();
      sink.observe([{ ...common, at: now(), error }]);
    }
    if (error) this.#failing.add(id);
    else this.#failing.delete(id);
  }

  #idOf(key: string): string {
    return `${this.#parts.system}/buckets/${key}`;
  }
}

function tooMany(left: number): Problem {
  return {
    code: "s3.too-many",
    health: "warning",
    text: text(
      `The first ${mostBuckets} buckets are shown; ${left} more are not. Name those that matter under \`buckets\`.`,
      `Les ${mostBuckets} premiers compartiments sont affichés ; ${left} autres ne le sont pas. Nommez ceux qui comptent sous « buckets ».`,
    ),
  };
}
