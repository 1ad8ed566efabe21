import { describe, expect, it } from "vitest";
import { readinessSchema } from "../../../shared/pra.ts";
import type { Resource } from "../../../shared/resource.ts";
import { hosts } from "../../procedures/engine/fixtures/started-engine.ts";
import { check, evaluated, knownIn } from "../testing/evaluated.ts";
import {
  backups,
  facts,
  gibibyte,
  hour,
  minute,
  node,
  resource,
  service,
  smallEstate,
  smallPlan,
} from "../testing/small-pra.ts";
import { anyPoke, deskWith } from "../testing/started-desk.ts";
import { evaluate } from "./evaluate.ts";
import { figureOf } from "./findings.ts";

const now = () => Date.now();

describe("readiness", () => {
  it("has a check for all that a plan needs, the worst first, and one figure", async () => {
    const found = await evaluated();
    expect(readinessSchema.pick({ counts: true, checks: true }).parse(found)).toEqual({
      counts: found.counts,
      checks: found.checks,
    });
    expect(found.checks.map(({ state }) => state)).toEqual(
      found.checks.map(({ state }) => state).sort((one, other) => order.indexOf(one) - order.indexOf(other)),
    );
    expect(found.figure).toBe(figureOf(found.counts));
    expect(found.checks.filter((one) => one.state === "unknown")).toEqual([]);
    expect(check(found, "plan/bascule").state).toBe("ready");
    expect(check(found, "reach/tower-b")).toMatchObject({
      state: "ready",
      direction: "bascule",
      node: "identity",
    });
    // The same machine is needed on both ways.
    expect(check(found, "reach/tower-a").direction).toBeNull();
    expect(check(found, "backup/identity/space-identity").state).toBe("ready");
    expect(check(found, "replication/objects").state).toBe("ready");
    expect(check(found, "ttl/record").state).toBe("ready");
    expect(check(found, "certificate/identity-east").state).toBe("ready");
    expect(check(found, "step/bascule/flip").state).toBe("ready");
    expect(check(found, "rehearsal/bascule").state).toBe("warning");
    expect(check(found, "quorum/cluster-north").state).toBe("ready");
    // The way back cannot be begun: its steps are not judged by how things stand now.
    expect(found.checks.some(({ id }) => id.startsWith("step/return/"))).toBe(false);
  });

  const order = ["blocked", "unknown", "warning", "ready"];

  it.each<[string, () => void, string, string, string?]>([
    ["a target that is gone", () => hosts.delete("record"), "plan/bascule", "blocked"],
    [
      "a target that cannot be reached",
      () =>
        hosts.set("tower-b", { ...resource("tower-b", now() - hour), sources: failing("ssh.unreachable") }),
      "reach/tower-b",
      "blocked",
      "reachability",
    ],
    [
      "a refused log-in",
      () =>
        hosts.set("tower-b", { ...resource("tower-b", now() - hour), sources: failing("ssh.login-refused") }),
      "reach/tower-b",
      "blocked",
      "credentials",
    ],
    [
      "an old reading",
      () => hosts.set("tower-b", resource("tower-b", now() - hour)),
      "reach/tower-b",
      "unknown",
    ],
    [
      "a stale service",
      () => hosts.set("identity-east", { ...service("identity-east", now(), true), stale: true }),
      "service/identity-east",
      "unknown",
    ],
    [
      "nobody outside is served",
      () => hosts.set("billing-outside", service("billing-outside", now(), false)),
      "service/billing-outside",
      "warning",
    ],
    [
      "both sides serve",
      () => hosts.set("billing-north", service("billing-north", now(), true)),
      "side/billing",
      "blocked",
    ],
    [
      "a replication that fell behind",
      () => hosts.set("objects", lagging(25 * 3600, now())),
      "replication/objects",
      "warning",
    ],
    [
      "one that nobody measured",
      () => hosts.set("objects", resource("objects", now())),
      "replication/objects",
      "unknown",
    ],
    [
      "a record that is kept for long",
      () =>
        hosts.set(
          "record",
          resource("record", now(), { kind: "dns-record", facts: facts(now(), { "dns.ttl": 3600 }) }),
        ),
      "ttl/record",
      "warning",
      "dns",
    ],
    [
      "a certificate that ends soon",
      () => hosts.set("identity-east", certified(hour)),
      "certificate/identity-east",
      "warning",
    ],
    [
      "one that has ended",
      () => hosts.set("identity-east", certified(-hour)),
      "certificate/identity-east",
      "blocked",
    ],
    [
      "a cluster that is not well",
      () =>
        hosts.set("cluster-north", resource("cluster-north", now(), { kind: "cluster", health: "critical" })),
      "well/cluster-north",
      "blocked",
    ],
  ])("%s", async (_what, change, id, state, kind) => {
    const found = check(await evaluated(change), id);
    expect(found.state).toBe(state);
    if (kind) expect(found.kind).toBe(kind);
    for (const words of [found.text, ...(found.mend ? [found.mend.text] : [])]) {
      expect(words.en).not.toBe("");
      expect(words.fr).not.toBe("");
    }
  });

  it("warns where only the plan of the worst day can still be made, as its source was never read", async () => {
    const forth = smallEstate.procedures.forth;
    if (!forth) throw new Error("no procedure");
    const stop = { id: "stop", action: "host.poke", on: "tower-x", when: 'mode == "planned"' };
    const procedures = { ...smallEstate.procedures, forth: { ...forth, steps: [stop, ...forth.steps] } };
    const found = await evaluated(() => {}, {}, [anyPoke()], [], procedures);
    expect(check(found, "plan/bascule")).toMatchObject({ state: "warning", node: "stop" });
    expect(check(found, "plan/bascule").text.en).toMatch(
      /for a disaster, but not as planned: There is no resource/,
    );
    expect(check(found, "step/bascule/freeze").state).toBe("ready");
  });

  it("judges data by the tier's RPO, and its lack as what cannot be done", async () => {
    const moments = { "space-identity": now() - hour, "space-billing": null };
    const found = await evaluated(() => {}, { protection: backups(moments) });
    expect(check(found, "backup/identity/space-identity")).toMatchObject({
      state: "warning",
      kind: "backup",
    });
    expect(check(found, "backup/billing/space-billing")).toMatchObject({ state: "blocked", provenAt: null });
  });

  it("judges whether there is room, unless steps of the plan make some first", async () => {
    const full = () => hosts.set("node-north", node("node-north", now(), "north", 60 * gibibyte));
    expect(check(await evaluated(), "room/bascule/namespace")).toMatchObject({
      state: "ready",
      text: { en: "8 GiB of memory are wanted at North, and 56 GiB are free." },
    });
    const short = check(await evaluated(full), "room/bascule/namespace");
    expect(short.state).toBe("blocked");
    const stops = smallEstate.procedures.forth;
    if (!stops) throw new Error("no procedure");
    const step = { id: "make-room", action: "vm.stop", on: "tower-c" };
    const procedures = { ...smallEstate.procedures, forth: { ...stops, steps: [step, ...stops.steps] } };
    const found = await evaluated(full, {}, [anyPoke(), anyPoke({ id: "vm.stop" })], [], procedures);
    expect(check(found, "room/bascule/namespace").state).toBe("warning");
    const gone = await evaluated(() => hosts.delete("node-north"));
    expect(check(gone, "room/bascule/namespace").state).toBe("unknown");
  });

  it("judges room by what is requested where that leaves less than what is in use", async () => {
    const workload = (id: string, requested: number, of: Partial<Resource>) =>
      hosts.set(
        id,
        resource(id, now(), {
          ...{ kind: "workload", system: "cluster-north", ...of },
          facts: facts(now(), { "kubernetes.memoryRequested": requested * gibibyte }),
        }),
      );
    const full = () => {
      const roomy = node("node-north", now(), "north", 4 * gibibyte);
      const allocatable = facts(now(), { "kubernetes.memoryAllocatable": 62 * gibibyte });
      hosts.set("node-north", {
        ...roomy,
        system: "cluster-north",
        facts: { ...roomy.facts, ...allocatable },
      });
      workload("identity", 10, { parent: "space-identity", system: "cluster-east", site: "east" });
      workload("billing", 6, { parent: "space-billing", system: "cluster-east", site: "east" });
      workload("trials", 48, { site: "north", parent: "space-trials" });
    };
    const found = check(await evaluated(full), "room/bascule/namespace");
    expect(found).toMatchObject({
      state: "blocked",
      text: { en: "16 GiB of memory are wanted at North, and 14 GiB are free." },
    });
  });

  it("asks what a step's probe and guards say, unless its target cannot be reached", async () => {
    let asked: string[] = [];
    const poke = anyPoke({
      probe: async ({ resource: { id } }) => {
        asked.push(id);
        return {
          state: id === "tower-a" ? "impossible" : "needed",
          text: { en: "no", fr: "non" },
          observed: {},
        };
      },
    });
    const found = await evaluated(() => hosts.set("tower-b", resource("tower-b", now() - hour)), {}, [poke]);
    expect(check(found, "step/bascule/freeze")).toMatchObject({
      state: "blocked",
      provenAt: expect.any(Number),
    });
    expect(asked).not.toContain("tower-b");
    asked = [];
  });

  it("tells what drifted since the last rehearsal", async () => {
    const { desk, parts } = deskWith();
    await desk.rehearse("carry", "bascule", AbortSignal.timeout(10_000));
    const rehearsed = parts.journal.ofTypes(["pra.rehearsed"], 1)[0]?.data as never as {
      steps: Record<string, string>;
    };
    const { freeze: _freeze, ...others } = rehearsed.steps;
    const last = {
      id: "r",
      plan: "carry",
      actor: "operator-a",
      direction: "bascule" as const,
      way: "planned" as const,
      startedAt: now() - minute,
      endedAt: now() - minute,
      figure: 100,
      planHash: "",
      findings: [],
    };
    const judged = async (steps: Record<string, string>) =>
      check(
        await evaluate(
          parts,
          { id: "carry", plan: smallPlan, rehearsals: [{ ...last, steps }], known: knownIn(parts) },
          AbortSignal.timeout(10_000),
        ),
        "drift/bascule",
      );
    expect((await judged(rehearsed.steps)).state).toBe("ready");
    // Of a plan too large for the journal its hash is all that there is.
    expect(await judged({})).toMatchObject({
      state: "warning",
      text: { en: "The plan is another one since then." },
    });
    const drifted = await judged({ ...others, flip: "host.poke other", old: "gate 1" });
    expect(drifted.state).toBe("warning");
    expect(drifted.text.en).toBe("Steps since then — new: freeze; changed: flip; gone: old.");
  });

  it("tells which secrets are missing, of those that the plan needs", async () => {
    const secret = (name: string, present: boolean | null, usedBy: string[]) => ({
      name,
      reference: `keychain:${name}`,
      present,
      writable: true,
      lastUsedAt: null,
      changedAt: null,
      usedBy,
    });
    const found = await evaluated(() => {}, {
      secrets: () => ({
        provider: "keychain",
        locked: false,
        passphraseFileExists: false,
        text: { en: "", fr: "" },
        secrets: [
          secret("there", true, ["towers"]),
          secret("gone", false, ["tower-a"]),
          secret("else", false, ["web"]),
        ],
      }),
    });
    expect(check(found, "secret/keychain:there").state).toBe("ready");
    expect(check(found, "secret/keychain:gone").state).toBe("blocked");
    expect(found.checks.some(({ id }) => id === "secret/keychain:else")).toBe(false);
  });

  it("ends when it is told to", async () => {
    const { parts } = deskWith();
    const poke = anyPoke({ probe: () => new Promise(() => {}) });
    const slow = deskWith({}, [poke]);
    const subject = { id: "carry", plan: smallPlan, rehearsals: [], known: knownIn(parts) };
    await expect(evaluate(parts, subject, AbortSignal.abort())).rejects.toThrow();
    const stop = new AbortController();
    const evaluation = evaluate(slow.parts, subject, stop.signal);
    stop.abort();
    await expect(evaluation).rejects.toThrow();
  });
});

function failing(code: string) {
  const error = {
    code,
    system: "ssh",
    message: { en: "No.", fr: "Non." },
    hint: { en: "Look.", fr: "Regardez." },
  };
  return { towers: { health: "unknown" as const, seenAt: now() - hour, error } };
}

function lagging(seconds: number, at: number) {
  return resource("objects", at, {
    facts: facts(at, { "replication.lag": seconds, "replication.measured": at }),
  });
}

function certified(left: number) {
  return resource("identity-east", now(), {
    kind: "service",
    facts: facts(now(), { "web.answers": true, "tls.expires": now() + left }),
  });
}
