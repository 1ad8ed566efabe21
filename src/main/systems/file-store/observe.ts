import type { Declaration, ObservationSink } from "../../../shared/resource.ts";
import { DeclaredBook } from "../declared-book.ts";
import type { HostAccess } from "../host-access.ts";
import { ReadingRounds } from "../reading-rounds.ts";
import { jobFacts, jobProblems, lastGood } from "./judge.ts";
import { type Job, standingsOf } from "./standing.ts";

const concurrency = 8;
const missedReadings = 3;

export interface ObserverParts {
  access: HostAccess;
  jobs: readonly Job[];
  every: number;
  site: string | null;
  environment: string | null;
}

/** Reads jobs on all their servers: each a backup policy, with its last good backup for each thing that it protects. */
export class JobObserver {
  readonly #parts: ObserverParts;
  readonly #book: DeclaredBook;
  readonly #failing = new Set<string>();
  readonly #rounds: ReadingRounds;
  /** What a server has said once stays good after it forgets: systemd knows the last run alone. */
  readonly #good = new Map<string, number>();

  constructor(parts: ObserverParts) {
    this.#parts = parts;
    this.#book = new DeclaredBook(parts.access.system);
    this.#rounds = new ReadingRounds({ concurrency, isFailing: (id) => this.#failing.has(id) });
  }

  declarations(): Declaration[] {
    const { jobs } = this.#parts;
    const found = this.#book.declarations();
    const known = new Set(found.map(({ id }) => id));
    return [...jobs.map((job) => this.#policy(job)).filter(({ id }) => !known.has(id)), ...found];
  }

  /** Reads the named jobs, all when left out; never throws. */
  async observe(sink: ObservationSink, signal: AbortSignal, resources?: string[]): Promise<void> {
    const { jobs, access } = this.#parts;
    const wanted = jobs.filter(
      ({ resource }) => resources?.some((id) => id === resource || id.startsWith(`${resource}/`)) ?? true,
    );
    await this.#rounds.run({
      resources: wanted.map(({ resource }) => resource),
      signal,
      asked: resources !== undefined,
      read: async (resource) => {
        const job = jobs.find((each) => each.resource === resource);
        if (!job) return;
        try {
          await this.#read(job, signal);
        } catch {
          // Aborted: what was known stays as it is.
          return;
        }
        await this.#book.tell(sink, access.now, signal);
      },
    });
  }

  async #read(job: Job, signal: AbortSignal): Promise<void> {
    const standings = await standingsOf(this.#parts.access, job, signal);
    const facts = jobFacts(job, standings);
    this.#book.put({ declaration: this.#policy(job), facts, problems: jobProblems(job, standings) });
    const good = Math.max(lastGood(standings) ?? 0, this.#good.get(job.id) ?? 0);
    if (good > 0) this.#good.set(job.id, good);
    const points = good > 0 ? job.config.of.map((of, index) => this.#point(job, of, index, good)) : [];
    for (const point of points) this.#book.put(point);
    const error = standings.every((each) => each.error !== null) ? standings[0]?.error : null;
    if (!error) this.#failing.delete(job.resource);
    else {
      this.#failing.add(job.resource);
      for (const id of [job.resource, ...points.map(({ declaration }) => declaration.id)])
        this.#book.fail(id, error.toWire());
    }
  }

  #policy(job: Job): Declaration {
    const { environment } = this.#parts;
    return {
      ...this.#common(),
      id: job.resource,
      kind: "backup-policy",
      name: job.name,
      parent: this.#parts.site,
      environment: job.config.environment ?? environment,
    };
  }

  #point(job: Job, of: string, index: number, at: number) {
    const { config, resource, name } = job;
    const declaration: Declaration = {
      ...this.#common(),
      id: `${resource}/last-${index + 1}`,
      kind: "restore-point",
      name: `${name}: ${new Date(at).toISOString().slice(0, 16).replace("T", " ")}`,
      parent: resource,
      environment: config.environment ?? this.#parts.environment,
    };
    const facts = {
      "backup.of": of,
      "backup.madeAt": at,
      "backup.state": "good",
      "backup.location": config.target ?? null,
      "backup.offSite": config.target === undefined ? null : config.offSite,
      "backup.policy": resource,
    };
    return { declaration, facts, problems: [] };
  }

  #common() {
    const { access, site, every } = this.#parts;
    return { system: access.system, site, staleAfter: every * missedReadings };
  }
}
