import { describe, expect, it } from "vitest";
import { callEffects } from "../../shared/call-effects.ts";
import { insideCalls } from "../../shared/call-subjects.ts";
import { OpsError } from "../../shared/errors.ts";
import type { InsideSubject } from "../../shared/inside.ts";
import type { Resource } from "../../shared/resource.ts";
import type { RunState } from "../../shared/run.ts";
import { sameText, text } from "../../shared/text.ts";
import { fakeHost } from "../actions/fixtures/fake-estate.ts";
import { InsideDesk } from "./desk.ts";

const resources = new Map<string, Resource>(["tower-a", "tower-b"].map((id) => [id, fakeHost(id)]));
resources.set("mount-b", { ...fakeHost("mount-b"), system: "outer" });
const away = text("Outside.", "Dehors.");

/** A console of two hosts, one reached by the system `inner`, the other by `outer`; `from` is what it is outside of. */
function standing(from: readonly string[], run: Partial<RunState> = {}) {
  const systemOf = (id: string) => (id === "tower-a" ? "inner" : "outer");
  return new InsideDesk({
    outside: (system) => (from.includes(system) ? away : null),
    resource: (id) => resources.get(id) ?? null,
    systemOf: (action, { id }) => (action.startsWith("console.") ? null : systemOf(id)),
    systemWith: (id) => (resources.has(id) ? systemOf(id) : null),
    consolesOf: (id) => (resources.has(id) ? [systemOf(id), "inner"] : []),
    task: (id) => (id === "task-1" ? [{ action: "poke", resource: "tower-b" }] : []),
    run: (id) => {
      if (id !== "run-1")
        throw new OpsError({ code: "run.unknown", system: "procedures", message: away, hint: away });
      return runOf(run);
    },
    pra: ({ plan }) => (plan === "shop" ? runOf({}).plan : null),
    secretUsers: (name) =>
      name === "root"
        ? [
            ["inner", "tower-a"],
            ["outer", "tower-b"],
          ]
        : [["outer", "tower-b"]],
    judgement: () => (from.length > 0 ? from : null),
    onChange: () => () => undefined,
  });
}

/** A run that pokes both hosts one after the other. */
function runOf(part: Partial<RunState>): RunState {
  const node = (id: string, target: string) => ({
    kind: "action",
    id,
    action: { id: "poke", target: { id: target, name: target } },
    compensate: null,
  });
  return {
    id: "run-1",
    plan: { nodes: [node("one", "tower-a"), node("two", "tower-b")] },
    steps: [],
    rollingBack: false,
    ...part,
  } as unknown as RunState;
}

/** What each call that speaks to somebody is given here; all are about the host that `outer` reaches. */
const inputs: Readonly<Record<string, unknown>> = {
  "terminal.open": { resource: "tower-b", system: "outer", columns: 80, rows: 24 },
  "screen.open": { resource: "tower-b", system: "outer" },
  "forwards.open": { resource: "tower-b", remotePort: 80, localPort: null },
  "logs.open": { resources: ["tower-b"] },
  "manifests.read": { id: "tower-b" },
  "manifests.check": { resource: "tower-b", yaml: "", version: "" },
  "tasks.undo": { id: "task-1" },
  "tasks.settle": { id: "task-1" },
  "procedures.takeOver": { id: "run-1" },
  "procedures.resume": { id: "run-1" },
  "procedures.retry": { id: "run-1", node: "two" },
  "procedures.compensate": { id: "run-1", node: "two" },
  "procedures.rollBack": { id: "run-1" },
  "vaults.signIn": { vault: "outer" },
  "vaults.rekey": { vault: "outer" },
  "vaults.tokens": { vault: "outer" },
  "vaultSecrets.folder": { mount: "mount-b", folder: "" },
  "vaultSecrets.read": { mount: "mount-b", path: "x" },
  "vaultSecrets.search": { mount: "mount-b", folder: "", words: "x" },
  "pra.start": { plan: "shop", direction: "bascule", mode: "planned", planHash: "x" },
  "pra.rehearse": { plan: "shop", direction: "bascule" },
  "secrets.test": { name: "deploy" },
  "secrets.rotate": { name: "root", value: "x" },
};

function codeOf(work: () => void): string | null {
  try {
    work();
    return null;
  } catch (thrown) {
    return thrown instanceof OpsError ? thrown.code : "unforeseen";
  }
}

describe("what speaks to the far side", () => {
  it.each(Object.entries(inputs))("%s is refused from outside, and done from inside", (call, input) => {
    expect(callEffects.changes).toContain(call);
    expect(codeOf(() => standing(["outer"]).demand(call, input))).toBe("reach.outside");
    expect(codeOf(() => standing([]).demand(call, input))).toBeNull();
  });

  it("is all that may need the inside, but for what its answerer judges", () => {
    const answered = ["actions.preview", "actions.start", "procedures.dryRun", "procedures.start"];
    expect([...answered, ...Object.keys(inputs)].sort()).toEqual([...insideCalls].sort());
  });

  it.each([
    ["tasks.cancel", { id: "task-1" }],
    ["forwards.close", { id: "x" }],
    ["logs.close", { log: "x" }],
    ["procedures.pause", { id: "run-1" }],
    ["procedures.cancel", { id: "run-1" }],
    ["vaults.signOut", { vault: "outer" }],
    ["people.signOut", {}],
  ])("%s ends something, and is done from anywhere", (call, input) => {
    expect(callEffects.changes).toContain(call);
    expect(codeOf(() => standing(["outer"]).demand(call, input))).toBeNull();
  });

  it("is left to whoever answers where the input makes no sense", () => {
    for (const input of [null, "x", {}, { resource: 3 }, { id: "run-2" }]) {
      for (const call of Object.keys(inputs))
        expect(codeOf(() => standing(["outer"]).demand(call, input))).toBeNull();
    }
  });
});

const reason = (subject: InsideSubject, from = ["outer"]) => standing(from).reasonAgainst(subject);

describe("several things at once", () => {
  it("are out of reach together only when none can be reached", () => {
    const logs = (...of: string[]) => reason({ of: "part", resources: of, part: "logs" });
    expect(logs("tower-a", "tower-b")).toBeNull();
    expect(logs("tower-b")).toEqual(away);
    expect(logs("nobody-knows-it")).toBeNull();
    expect(reason({ of: "console", resource: "tower-b" })).toBeNull();
    expect(reason({ of: "console", resource: "tower-b" }, ["outer", "inner"])).toEqual(away);
  });

  it("that are all to be done are refused for one, which is named; the console's own work goes no way", () => {
    const steps = ["tower-a", "tower-b"].map((resource) => ({ action: "poke", resource }));
    expect(reason({ of: "steps", steps })).toEqual(text("tower-b: Outside.", "tower-b : Dehors."));
    expect(reason({ of: "steps", steps: [{ action: "console.mark", resource: "tower-b" }] })).toBeNull();
  });
});

describe("a mode of a plan", () => {
  it("is judged by the plan that it would be made into, once for each judgement", () => {
    const shop = { of: "pra", plan: "shop", direction: "bascule", mode: "disaster" } as const;
    const desk = standing(["outer"]);
    expect(desk.reasonAgainst(shop)).toEqual(text("tower-b: Outside.", "tower-b : Dehors."));
    expect(desk.reasonAgainst(shop)).toBe(desk.reasonAgainst(shop));
    expect(reason(shop, [])).toBeNull();
    expect(reason({ ...shop, plan: "gone" })).toBeNull();
  });
});

describe("a secret", () => {
  it("is tried wherever it can be, and rotated only where all of its places are reached", () => {
    const root = { of: "secret", name: "root" } as const;
    expect(reason({ ...root, everywhere: false })).toBeNull();
    expect(reason({ ...root, everywhere: false }, ["outer", "inner"])).toEqual(away);
    expect(reason({ ...root, everywhere: true })).toEqual(away);
    expect(reason({ ...root, everywhere: true }, [])).toBeNull();
  });
});

describe("a run", () => {
  const two = (state: string) =>
    [{ node: "two", state, reason: sameText("") }] as unknown as RunState["steps"];

  it("needs the inside for what is still to be done, and taken back for what was", () => {
    const subject = { of: "run", run: "run-1" } as const;
    expect(standing(["outer"], { steps: two("failed") }).reasonAgainst(subject)).not.toBeNull();
    expect(standing(["outer"], { steps: two("verified") }).reasonAgainst(subject)).toBeNull();
    const back = { steps: two("verified"), rollingBack: true };
    expect(standing(["outer"], back).reasonAgainst(subject)).not.toBeNull();
  });

  it("whose plan cannot be carried out from here is not begun", () => {
    expect(codeOf(() => standing(["outer"]).demandFor(runOf({}).plan))).toBe("reach.outside");
    expect(codeOf(() => standing(["elsewhere"]).demandFor(runOf({}).plan))).toBeNull();
  });
});
