import { describe, expect, it } from "vitest";
import type { Task } from "../../shared/action.ts";
import type { Parity } from "../../shared/capacity.ts";
import type { EstateState } from "../../shared/estate-state.ts";
import type { RunSummary } from "../../shared/procedure-calls.ts";
import type { Resource } from "../../shared/resource.ts";
import type { SecretsState } from "../../shared/secrets-state.ts";
import { text } from "../../shared/text.ts";
import type { Question } from "../reach/questions.ts";
import { whatNeedsYou as allThatNeedsYou } from "./needs.ts";
import type { praNeeds } from "./pra-needs.ts";
import type { Services } from "./services.ts";

interface State {
  estate: Partial<EstateState>;
  journal: "writing" | "failed";
  questions: Question[];
  secrets: Partial<SecretsState>;
  tasks: Partial<Task>[];
  wrong: Resource[];
  runs: Pick<RunSummary, "id" | "title" | "status" | "reason">[];
  overdue: ReturnType<Services["maintenance"]["overdue"]>;
  plans: Parameters<typeof praNeeds>[0];
  parities: Pick<Parity, "name" | "verdict" | "text">[];
}

function services(state: Partial<State>): Services {
  const words = text("The disk is full.", "Le disque est plein.");
  return {
    estate: { state: () => ({ valid: true, faults: [], ...state.estate }) },
    journal: { state: () => ({ state: state.journal ?? "writing", events: 1, text: words }) },
    questions: { list: () => state.questions ?? [] },
    secrets: {
      state: () => ({ locked: false, text: text("Locked.", "Verrouillé."), secrets: [], ...state.secrets }),
    },
    runner: { tasks: () => state.tasks ?? [] },
    pra: { list: () => state.plans ?? [] },
    bundle: { state: () => ({ wanted: false, openedAge: null }) },
    procedures: { engine: { runs: () => state.runs ?? [] } },
    rules: { muted: () => [] },
    inventory: {
      wrong: (most: number) => (state.wrong ?? []).slice(0, most),
      get: (id: string) => (id === "gone" ? null : resource(id)),
    },
    maintenance: { overdue: () => state.overdue ?? [] },
    capacity: { view: () => ({ clusters: [], parities: state.parities ?? [] }) },
    signIn: { passes: () => [] },
  } as unknown as Services;
}

function resource(id: string, parts: Partial<Resource> = {}): Resource {
  return {
    id,
    kind: "host",
    name: id,
    system: "s",
    parent: null,
    site: null,
    environment: null,
    health: "warning",
    stale: false,
    seenAt: 1,
    facts: {},
    problems: [],
    sources: {},
    ...parts,
  };
}

const secret = (name: string, parts: Partial<SecretsState["secrets"][number]> = {}) => ({
  name,
  reference: `keychain:${name}`,
  present: false,
  writable: true,
  lastUsedAt: null,
  changedAt: null,
  usedBy: ["tower-a", "web-1"],
  ...parts,
});

const whatNeedsYou = (of: Services) => allThatNeedsYou(of).needs;

describe("whatNeedsYou", () => {
  it("is nothing when all is well", () => {
    const done: Partial<Task> = { id: "t", state: "verified", title: text("Reboot", "Redémarrer") };
    expect(whatNeedsYou(services({ tasks: [done] }))).toEqual([]);
  });

  it("asks to look at sites that should hold the same and do not, not at those that cannot be told", () => {
    const words = text("Annexe lacks a host.", "Il manque un hôte à Annexe.");
    const parities = (["ok", "unknown", "exceeded"] as const).map((verdict) => ({
      name: verdict,
      verdict,
      text: words,
    }));
    expect(whatNeedsYou(services({ parities }))).toEqual([
      {
        key: "parity:exceeded",
        health: "warning",
        text: text("exceeded: Annexe lacks a host.", "exceeded : Il manque un hôte à Annexe."),
        resource: null,
        page: "capacity",
        action: null,
      },
    ]);
  });

  it("leads to the page that mends each thing, the worst first", () => {
    const needs = whatNeedsYou(
      services({
        estate: { valid: false, faults: [{} as EstateState["faults"][number]] },
        journal: "failed",
        questions: [
          {
            kind: "host-key",
            id: "q1",
            at: 1,
            target: "web-2",
            address: "192.0.2.31:22",
            algorithm: "ssh-ed25519",
            fingerprint: "SHA256:x",
          },
          { kind: "prompts", id: "q2", at: 2, target: "mail-1", instructions: "", prompts: [] },
        ],
        secrets: { secrets: [secret("host")] },
        tasks: [
          {
            id: "t1",
            state: "unknown-effect",
            title: text("Reboot", "Redémarrer"),
            resource: "db-1",
            resourceName: "db-1",
          },
        ],
        wrong: [resource("tower-a", { health: "unknown" }), resource("tower-b")],
      }),
    );
    expect(needs.map((need) => [need.health, need.key, need.page, need.resource])).toEqual([
      ["critical", "estate", "estate", null],
      ["critical", "journal", "journal", null],
      ["critical", "task:t1", "tasks", "db-1"],
      ["unknown", "resource:tower-a", "resource", "tower-a"],
      ["warning", "question:q1", "questions", null],
      ["warning", "question:q2", "questions", null],
      ["warning", "secret:keychain:host", "secrets", null],
      ["warning", "resource:tower-b", "resource", "tower-b"],
    ]);
    for (const { text: words } of needs) {
      expect(words.en).not.toBe("");
      expect(words.fr).not.toBe(words.en);
    }
  });

  it("says of a resource its first problem, else why it cannot be read, else that it is not known", () => {
    const problem = {
      code: "raid",
      health: "critical" as const,
      text: text("RAID degraded", "RAID dégradé"),
    };
    const error = {
      code: "reach.unreachable",
      system: "reach",
      message: text("It does not answer.", "Il ne répond pas."),
      hint: text("Look.", "Regardez."),
    };
    const unread = { s: { health: "unknown" as const, seenAt: null, error } };
    const needs = whatNeedsYou(
      services({
        wrong: [
          resource("one", { problems: [problem], sources: unread }),
          resource("two", { sources: unread }),
          resource("three"),
        ],
      }),
    );
    expect(needs.map((need) => need.text.fr)).toEqual([
      "one : RAID dégradé",
      "two : Il ne répond pas.",
      "three : son état n'est pas connu",
    ]);
  });

  it("speaks of the lock and not of every secret behind it", () => {
    const needs = whatNeedsYou(services({ secrets: { locked: true, secrets: [secret("host")] } }));
    expect(needs.map((need) => need.key)).toEqual(["secrets"]);
  });

  it("leaves out secrets that nobody uses, that are there, or that cannot be looked at", () => {
    const secrets = [
      secret("a", { usedBy: [] }),
      secret("b", { present: true }),
      secret("c", { present: null }),
    ];
    expect(whatNeedsYou(services({ secrets: { secrets } }))).toEqual([]);
  });

  it("names the runs that do not go on without a person, and leads to them", () => {
    const title = text("Safe reboot round", "Tournée de redémarrages");
    const run = (id: string, status: RunSummary["status"], reason: RunSummary["reason"] = null) => ({
      id,
      title,
      status,
      reason,
    });
    const runs = [
      run("run-1", "running"),
      run("run-2", "waiting"),
      run("run-3", "paused", text("The console was restarted.", "La console a redémarré.")),
      run("run-4", "unknown-effect"),
      run("run-5", "failed"),
    ];
    const needs = whatNeedsYou(services({ runs }));
    expect(needs.map((need) => [need.page, need.run, need.text.en])).toEqual([
      ["runs", "run-4", "Safe reboot round: it is not known whether one of its steps happened."],
      ["runs", "run-2", "Safe reboot round: it waits for a person."],
      ["runs", "run-3", "Safe reboot round: it is paused (The console was restarted)."],
    ]);
    expect(needs[2]?.text.fr).toBe("Tournée de redémarrages : elle est en pause (La console a redémarré).");
  });

  it("names thirty things at most, the worst of them", () => {
    const wrong = Array.from({ length: 60 }, (_, index) => resource(`host-${index}`));
    const needs = whatNeedsYou(services({ wrong, journal: "failed" }));
    expect(needs).toHaveLength(30);
    expect(needs[0]?.key).toBe("journal");
  });

  it("asks for what should be back in service by now, and offers to end its maintenance", () => {
    const mark = { since: 0, until: 3_600_000, by: "operator-a", reason: "" };
    const overdue = [
      { resource: "tower-b", mark },
      { resource: "gone", mark },
    ];
    expect(whatNeedsYou(services({ overdue }))).toMatchObject([
      {
        key: "maintenance:tower-b",
        health: "warning",
        text: { en: "tower-b: its maintenance by operator-a should have ended at 1970-01-01 01:00 UTC." },
        resource: "tower-b",
        action: "console.end-maintenance",
      },
    ]);
  });

  it("names plans whose production serves at both sites, and those that could not be carried out now", () => {
    const readiness = (blocked: number) => ({
      figure: 50,
      evaluatedAt: 1,
      counts: { blocked, unknown: 0, warning: 1, ready: 1 },
    });
    const plan = { id: "shop", title: text("The shop", "La boutique") };
    const needs = whatNeedsYou(
      services({
        plans: [
          { ...plan, side: "split-brain", readiness: readiness(2) },
          { id: "well", title: plan.title, side: "production", readiness: readiness(0) },
        ],
      }),
    );
    expect(needs.map(({ key, health, text: { en }, page }) => [key, health, en, page])).toEqual([
      [
        "pra-side:shop",
        "critical",
        "The shop: applications serve at both sites; nobody can say which data is the right one.",
        "pra",
      ],
      ["pra-readiness:shop", "warning", "The shop: 2 things are in the way of the plan.", "pra"],
    ]);
  });
});
