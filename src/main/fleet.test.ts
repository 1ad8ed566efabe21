import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { type Estate, estateSchema } from "../shared/estate.ts";
import type { Declaration, Observation, ObservationSink } from "../shared/resource.ts";
import { Fleet } from "./fleet.ts";
import type { Reach } from "./reach/reach.ts";
import { nobodyToAsk } from "./reach/testing/nobody-to-ask.ts";
import type { Logs, System, SystemDefinition } from "./systems/system.ts";

const configSchema = z.object({
  type: z.literal("fake"),
  things: z.array(z.string()),
  secret: z.templateLiteral(["keychain:", z.string()]).optional(),
  every: z.number().default(30_000),
});
type Config = z.infer<typeof configSchema>;

/** A system that reports each of its things, and remembers what was asked of it. */
class FakeSystem implements System {
  readonly type = "fake";
  readonly actions = [];
  readonly reads: (string[] | undefined)[] = [];
  logs: (resource: string) => Logs | null = () => null;
  closed = false;
  distrusted = 0;
  /** What it finds besides what the estate file says. */
  found: string[] = [];
  /** What it tells of since: one by one. */
  change: { come: string[]; gone: string[] } | null = null;
  failing: Error | null = null;
  gate: Promise<void> = Promise.resolve();
  readonly id: string;
  readonly config: Config;

  constructor(id: string, config: Config) {
    this.id = id;
    this.config = config;
  }
  get every() {
    return this.config.every;
  }
  declarations(): Declaration[] {
    return this.config.things.map((id) => ({
      id,
      kind: "host",
      name: id,
      system: this.id,
      parent: null,
      site: null,
      environment: null,
      staleAfter: 1000,
    }));
  }
  async observe(sink: ObservationSink, _signal: AbortSignal, resources?: string[]) {
    this.reads.push(resources);
    if (this.found.length > 0) {
      const [usual] = this.declarations();
      if (usual) sink.declare(this.id, [usual, ...this.found.map((id) => ({ ...usual, id }))]);
    }
    const [usual] = this.declarations();
    if (usual && this.change) {
      const added = this.change.come.map((id) => ({ ...usual, id }));
      sink.redeclare(this.id, { added, removed: this.change.gone });
    }
    await this.gate;
    if (this.failing) throw this.failing;
  }
  secrets() {
    const { secret, things } = this.config;
    return secret === undefined ? [] : things.map((usedBy) => ({ reference: secret, usedBy }));
  }
  distrust() {
    this.distrusted += 1;
  }
  async close() {
    this.closed = true;
  }
}

const made: FakeSystem[] = [];
const definition: SystemDefinition<Config> = {
  type: "fake",
  config: configSchema as unknown as z.ZodType<Config>,
  create: (config, { id }) => {
    const system = new FakeSystem(id, config);
    made.push(system);
    return system;
  },
};

let declared: Map<string, string[]>;
let errors: string[];
let withdrawn: number;
let fleet: Fleet;

function estateOf(systems: Record<string, unknown>, sites: Record<string, object> = {}): Estate {
  return estateSchema.parse({ passerelle: 1, name: "Essai", sites, systems });
}

beforeEach(() => {
  vi.useFakeTimers();
  made.length = 0;
  declared = new Map();
  errors = [];
  withdrawn = 0;
  fleet = new Fleet({
    reach: {} as Reach,
    questions: nobodyToAsk,
    secrets: { resolve: () => Promise.reject(new Error("no secret is needed here")) },
    sink: {
      declare: (system, declarations) =>
        void declared.set(
          system,
          declarations.map(({ id }) => id),
        ),
      redeclare: (system, { added, removed }) => {
        const kept = (declared.get(system) ?? []).filter((id) => !removed.includes(id));
        declared.set(system, [...kept, ...added.map(({ id }) => id)]);
      },
      observe: (_observations: Observation[]) => {},
    },
    now: Date.now,
    registerActions: () => () => {
      withdrawn += 1;
    },
    onError: (system) => errors.push(system),
    definitions: [definition as SystemDefinition<never>],
  });
});
afterEach(async () => {
  await fleet.close();
  vi.useRealTimers();
});

describe("Fleet", () => {
  it("lists the secrets of its systems with everything that uses each", async () => {
    const one = { type: "fake", things: ["a", "b"], secret: "keychain:shared" };
    await fleet.apply(
      estateOf({ one, two: { ...one, things: ["c"] }, three: { type: "fake", things: ["d"] } }),
    );
    expect(fleet.declaredSecrets()).toEqual([{ reference: "keychain:shared", usedBy: ["a", "b", "c"] }]);
  });

  it("declares sites and what each system has", async () => {
    await fleet.apply(estateOf({ one: { type: "fake", things: ["a", "b"] } }, { atelier: {} }));
    expect(declared.get("estate")).toEqual(["atelier"]);
    expect(declared.get("one")).toEqual(["a", "b"]);
  });

  it("reads what a system has found as that system's own, until it is closed", async () => {
    await fleet.apply(estateOf({ one: { type: "fake", things: ["a"] } }));
    const [system] = made;
    if (!system) throw new Error("no system");
    system.found = ["a/node"];
    await fleet.observeAll(AbortSignal.timeout(1000));
    expect(declared.get("one")).toEqual(["a", "a/node"]);
    await fleet.observe(["a/node"], AbortSignal.timeout(1000));
    expect(system.reads).toEqual([undefined, ["a/node"]]);
    await fleet.apply(estateOf({}));
    await fleet.observe(["a/node"], AbortSignal.timeout(1000));
    expect(declared.get("one")).toEqual([]);
    expect(system.reads).toHaveLength(2);
  });

  it("has what was not found yet read by the system that its identifier begins with", async () => {
    await fleet.apply(
      estateOf({ one: { type: "fake", things: ["a"] }, two: { type: "fake", things: ["b"] } }),
    );
    await fleet.observe(["two/nodes/n", "none/nodes/n", "c"], AbortSignal.timeout(1000));
    expect(made.map(({ reads }) => reads)).toEqual([[], [["two/nodes/n"]]]);
  });

  it("tells its systems to trust no connection of before when it hurries", async () => {
    await fleet.apply(estateOf({ one: { type: "fake", things: ["a"] } }));
    fleet.hurry();
    expect(made[0]?.distrusted).toBe(1);
  });

  it("keeps a system whose config did not change and replaces or removes the others", async () => {
    await fleet.apply(
      estateOf({
        kept: { type: "fake", things: ["a"] },
        changed: { type: "fake", things: ["b"] },
        gone: { type: "fake", things: ["c"] },
      }),
    );
    await fleet.apply(
      estateOf({ kept: { type: "fake", things: ["a"] }, changed: { type: "fake", things: ["b", "d"] } }),
    );
    expect(made.map(({ id, closed }) => [id, closed])).toEqual([
      ["kept", false],
      ["changed", true],
      ["gone", true],
      ["changed", false],
    ]);
    expect(withdrawn).toBe(2);
    expect(declared.get("gone")).toEqual([]);
    expect(declared.get("changed")).toEqual(["b", "d"]);
  });

  it("reads on schedule, and more often what is looked at", async () => {
    await fleet.apply(estateOf({ one: { type: "fake", things: ["a", "b"] } }));
    fleet.start();
    await vi.advanceTimersByTimeAsync(500);
    expect(made[0]?.reads).toEqual([undefined]);
    fleet.lookAt(["a"]);
    await vi.advanceTimersByTimeAsync(12_000);
    expect(made[0]?.reads).toEqual([undefined, ["a"]]);
    await vi.advanceTimersByTimeAsync(60_000);
    const whole = made[0]?.reads.filter((read) => read === undefined).length;
    expect(whole).toBe(3);
    const last = made[0]?.reads.length;
    await vi.advanceTimersByTimeAsync(15_000);
    expect((made[0]?.reads.length ?? 0) - (last ?? 0)).toBeLessThanOrEqual(1);
  });

  it("goes on with a system while earlier rounds still wait for something, but not for ever more", async () => {
    await fleet.apply(estateOf({ slow: { type: "fake", things: ["a"], every: 1000 } }));
    let release: () => void = () => {};
    const slow = made[0];
    if (!slow) throw new Error("the system was not made");
    slow.gate = new Promise((resolve) => {
      release = resolve;
    });
    fleet.start();
    await vi.advanceTimersByTimeAsync(2_500);
    expect(slow.reads.length).toBeGreaterThan(1);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(slow.reads.length).toBe(4);
    fleet.lookAt(["a"]);
    await vi.advanceTimersByTimeAsync(11_000);
    expect(slow.reads.at(-1)).toEqual(["a"]);
    release();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(slow.reads.at(-1)).toBeUndefined();
  });

  it("tells which systems are being read for the first time, until they were read whole or failed", async () => {
    await fleet.apply(
      estateOf({
        slow: { type: "fake", things: ["a"], every: 1000 },
        bad: { type: "fake", things: ["b"] },
        good: { type: "fake", things: ["c"] },
      }),
    );
    const [slow, bad] = made;
    let release: () => void = () => {};
    if (!slow || !bad) throw new Error("the systems were not made");
    bad.failing = new Error("broken");
    slow.gate = new Promise((resolve) => {
      release = resolve;
    });
    expect(fleet.beingRead()).toEqual(["slow", "bad", "good"]);
    fleet.start();
    await vi.advanceTimersByTimeAsync(500);
    expect(fleet.beingRead()).toEqual(["slow"]);
    // A later round passes what the first still waits for: it has not read everything.
    slow.gate = Promise.resolve();
    await vi.advanceTimersByTimeAsync(2_500);
    expect(slow.reads.length).toBeGreaterThan(1);
    expect(fleet.beingRead()).toEqual(["slow"]);
    release();
    await vi.advanceTimersByTimeAsync(500);
    expect(fleet.beingRead()).toEqual([]);
    await fleet.apply(estateOf({ slow: { type: "fake", things: ["a", "d"], every: 1000 } }));
    expect(fleet.beingRead()).toEqual(["slow"]);
    await fleet.observeAll(new AbortController().signal);
    expect(fleet.beingRead()).toEqual([]);
  });

  it("tells of a system that throws and goes on with the others", async () => {
    await fleet.apply(
      estateOf({ bad: { type: "fake", things: ["a"] }, good: { type: "fake", things: ["b"] } }),
    );
    const [bad, good] = made;
    if (bad) bad.failing = new Error("broken");
    await fleet.observeAll(new AbortController().signal);
    expect(errors).toEqual(["bad"]);
    expect(good?.reads.length).toBe(1);
  });

  it("asks every system that knows a resource", async () => {
    await fleet.apply(
      estateOf({ one: { type: "fake", things: ["a"] }, two: { type: "fake", things: ["a", "b"] } }),
    );
    await fleet.observe(["a"], new AbortController().signal);
    expect(made.map(({ reads }) => reads)).toEqual([[["a"]], [["a"]]]);
  });

  it("gives the logs of the first system that has them, and says what can be shown of a resource", async () => {
    await fleet.apply(
      estateOf({ one: { type: "fake", things: ["a"] }, two: { type: "fake", things: ["a", "b"] } }),
    );
    const logs: Logs = { sources: async () => [] };
    if (made[1]) made[1].logs = (resource) => (resource === "a" ? logs : null);
    expect(fleet.logs("a")).toBe(logs);
    expect(fleet.logs("b")).toBeNull();
    expect(fleet.logs("unknown")).toBeNull();
    expect(fleet.ports("a")).toBeNull();
    expect(fleet.has("a")).toEqual({
      logs: true,
      ports: false,
      manifest: false,
      happenings: false,
      snapshots: false,
      remoteTasks: false,
      secrets: false,
    });
    expect(fleet.has("b")).toEqual({
      logs: false,
      ports: false,
      manifest: false,
      happenings: false,
      snapshots: false,
      remoteTasks: false,
      secrets: false,
    });
  });
});
