import { type OpsError, toOpsError } from "../../../shared/errors.ts";
import type {
  Declaration,
  FactValue,
  Observation,
  ObservationSink,
  Problem,
} from "../../../shared/resource.ts";
import { text } from "../../../shared/text.ts";
import { healthOf } from "../declared-book.ts";
import type { ContainerHead, SwiftAccount } from "./account.ts";
import type { Canary } from "./canary.ts";
import { noContainer } from "./faults.ts";
import { fits, replicationFacts, replicationProblems } from "./judge.ts";
import { directionOf, type Replication, readSides } from "./replication.ts";

/** One account as the estate declares it. */
export interface End {
  id: string;
  name: string;
  site: string | null;
  environment: string | null;
  account: SwiftAccount;
  /** Null: all of the account. */
  containers: readonly string[] | null;
}

export interface ObserverParts {
  system: string;
  site: string | null;
  /** Milliseconds between two readings. */
  every: number;
  ends: readonly End[];
  replications: readonly { replication: Replication; canary: Canary }[];
  now(): number;
}

const missedReadings = 3;
/** Milliseconds between two measurements of a lag, however often the estate wants them. */
const leastPause = 10_000;
/** Containers that are asked for at once. */
const concurrency = 4;

/** Reads accounts with their containers, and what is replicated between them. */
export class SwiftObserver {
  readonly #parts: ObserverParts;
  /** The containers of each end, as they were seen last. */
  readonly #containers = new Map<string, readonly string[]>();
  #running: Promise<void> | null = null;

  constructor(parts: ObserverParts) {
    this.#parts = parts;
    for (const end of parts.ends) this.#containers.set(end.id, end.containers ?? []);
  }

  declarations(): Declaration[] {
    const { system, site, every, ends, replications } = this.#parts;
    const common = { system, staleAfter: every * missedReadings };
    return [
      ...ends.flatMap((end): Declaration[] => {
        const place = { ...common, site: end.site, environment: end.environment };
        const service: Declaration = {
          ...place,
          id: this.#endId(end),
          kind: "service",
          name: end.name,
          parent: end.site,
        };
        const containers = (this.#containers.get(end.id) ?? []).map(
          (name): Declaration => ({
            ...place,
            id: this.#containerId(end, name),
            kind: "volume",
            name: `${name} (${end.name})`,
            parent: service.id,
          }),
        );
        return [service, ...containers];
      }),
      ...replications.map(
        ({ replication }): Declaration => ({
          ...common,
          id: replication.resource,
          kind: "replication",
          name: replication.name,
          parent: site,
          site,
          environment: replication.environment,
        }),
      ),
    ];
  }

  /** Reads everything once; whoever asks meanwhile gets the result of that reading. Never throws. */
  observe(sink: ObservationSink, signal: AbortSignal): Promise<void> {
    this.#running ??= this.#read(sink, signal).finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #read(sink: ObservationSink, signal: AbortSignal): Promise<void> {
    const { ends, replications } = this.#parts;
    await Promise.all([
      ...ends.map((end) => this.#readEnd(end, sink, signal)),
      ...replications.map(({ replication, canary }) =>
        this.#readReplication(replication, canary, sink, signal),
      ),
    ]);
  }

  async #readEnd(end: End, sink: ObservationSink, signal: AbortSignal): Promise<void> {
    const { system, now } = this.#parts;
    try {
      const listed = end.containers ? null : await end.account.containers(signal);
      const heads = listed?.members ?? (await this.#named(end, signal));
      if (signal.aborted) return;
      const names = listed ? listed.members.map(({ name }) => name) : (end.containers ?? []);
      if (names.join("/") !== this.#containers.get(end.id)?.join("/")) {
        this.#containers.set(end.id, names);
        sink.declare(system, this.declarations());
      }
      const at = now();
      const found = heads.filter((head): head is ContainerHead => !("error" in head));
      const problems: Problem[] = listed?.more ? [tooMany(names.length)] : [];
      sink.observe([
        {
          resource: this.#endId(end),
          source: system,
          at,
          health: healthOf(problems),
          facts: {
            "swift.account": end.account.knownUrl,
            "swift.containers": names.length,
            "objects.count": sum(found.map(({ objects }) => objects)),
            "objects.bytes": sum(found.map(({ bytes }) => bytes)),
          },
          problems,
        },
        ...heads.map((head) => this.#container(end, head, at)),
      ]);
    } catch (thrown) {
      if (signal.aborted) return;
      const error = toOpsError(thrown, "swift").toWire();
      const at = now();
      const ids = [
        this.#endId(end),
        ...(this.#containers.get(end.id) ?? []).map((name) => this.#containerId(end, name)),
      ];
      sink.observe(ids.map((resource): Observation => ({ resource, source: system, at, error })));
    }
  }

  /** The heads of the containers that the estate names; one that is not there is its own error, not the end's. */
  async #named(
    end: End,
    signal: AbortSignal,
  ): Promise<(ContainerHead | { name: string; error: OpsError })[]> {
    const queue = [...(end.containers ?? [])];
    const heads = new Map<string, ContainerHead | { name: string; error: OpsError }>();
    // Nothing named would ask for nothing, and so prove nothing.
    if (queue.length === 0) await end.account.tryLogin(null, signal);
    const lane = async () => {
      for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
        const head = await end.account.container(name, signal);
        heads.set(name, head ?? { name, error: noContainer(end.name, name) });
      }
    };
    await Promise.all(Array.from({ length: concurrency }, lane));
    return (end.containers ?? []).flatMap((name) => heads.get(name) ?? []);
  }

  #container(end: End, head: ContainerHead | { name: string; error: OpsError }, at: number): Observation {
    const common = { resource: this.#containerId(end, head.name), source: this.#parts.system, at };
    if ("error" in head) return { ...common, error: head.error.toWire() };
    const facts: Record<string, FactValue> = {
      "swift.end": end.id,
      "objects.count": head.objects,
      "objects.bytes": head.bytes,
      ...(end.containers && { "swift.policy": head.policy }),
      ...(head.syncTo !== null && { "swift.syncTo": head.syncTo }),
    };
    return { ...common, health: "ok", facts, problems: [] };
  }

  async #readReplication(
    replication: Replication,
    canary: Canary,
    sink: ObservationSink,
    signal: AbortSignal,
    mayMeasure = true,
  ): Promise<void> {
    const { system, now } = this.#parts;
    const common = { resource: replication.resource, source: system };
    try {
      const states = await readSides(replication, signal);
      const [one, other] = states;
      if (one.error && other.error) throw one.error;
      const key = await replication.key().catch(() => null);
      const direction = directionOf(states);
      const measured = canary.last;
      const age = measured && fits(direction, measured) ? now() - measured.at : Number.POSITIVE_INFINITY;
      const { measureEvery } = replication;
      const isDue = mayMeasure && measureEvery !== null && age >= Math.max(measureEvery, leastPause);
      if (signal.aborted) return;
      const seen = {
        replication,
        states,
        key,
        measured,
        arrived: canary.lastArrived,
        failure: canary.failure,
      };
      const problems = replicationProblems(seen);
      const health = healthOf(problems);
      sink.observe([{ ...common, at: now(), health, facts: replicationFacts(seen), problems }]);
      if (!isDue || direction.way !== "one-way" || one.error || other.error) return;
      const again = () => this.#readReplication(replication, canary, sink, signal, false);
      // It may take minutes, and nothing waits for it.
      void canary.measure(direction.from, direction.to, signal).then(again, again);
    } catch (thrown) {
      if (signal.aborted) return;
      sink.observe([{ ...common, at: now(), error: toOpsError(thrown, "swift").toWire() }]);
    }
  }

  #endId({ id }: Pick<End, "id">): string {
    return `${this.#parts.system}/ends/${id}`;
  }

  #containerId({ id }: Pick<End, "id">, container: string): string {
    return `${this.#parts.system}/containers/${id}/${container}`;
  }
}

function sum(counts: readonly (number | null)[]): number | null {
  return counts.some((count) => count === null)
    ? null
    : counts.reduce<number>((all, count) => all + (count ?? 0), 0);
}

function tooMany(shown: number): Problem {
  return {
    code: "swift.too-many",
    health: "warning",
    text: text(
      `The first ${shown} containers are shown; there are more. Name those that matter under \`containers\`.`,
      `Les ${shown} premiers conteneurs sont affichés ; il y en a d'autres. Nommez ceux qui comptent sous « containers ».`,
    ),
  };
}
