import type { Plan } from "../../../../shared/plan.ts";
import type { PraApplicationView, PraRunView, PraView, ReadinessCheck } from "../../../../shared/pra.ts";
import type { RunFrame } from "../../../../shared/procedure-calls.ts";
import { sameText, text } from "../../../../shared/text.ts";
import { emptyPlan, emptyRun } from "../../../testing/empty-run.ts";
import { start } from "../../../testing/memory-console.ts";
import { actionNode, gateNode, standing } from "../../procedures/testing/nodes.ts";

export const minute = 60_000;
export const hour = 60 * minute;

/** An application that serves where it belongs, changed by `part`; so are those below. */
export function application(id: string, part: Partial<PraApplicationView> = {}): PraApplicationView {
  return {
    id,
    title: sameText(id),
    tier: "gold",
    needs: [],
    side: "production",
    lastGood: { at: start - 20 * minute, by: `cluster-east/restore-points/${id}`, name: `${id}-2200` },
    dataAtRisk: 20 * minute,
    rpo: hour,
    rto: 2 * hour,
    ...part,
  };
}

/** A thing that a plan needs and has. */
export function check(id: string, part: Partial<ReadinessCheck> = {}): ReadinessCheck {
  return {
    id,
    kind: "backup",
    state: "ready",
    direction: null,
    node: null,
    title: sameText(`Check ${id}`),
    resource: null,
    resourceName: null,
    text: text("It is as it has to be.", "C'est comme il faut."),
    provenAt: start - minute,
    mend: null,
    ...part,
  };
}

const checks: ReadinessCheck[] = [
  check("capacity", {
    kind: "capacity",
    state: "blocked",
    direction: "bascule",
    title: text("Room at north", "Place au nord"),
    resource: "cluster-north/cluster",
    resourceName: "cluster-north",
    text: text("12 GiB of memory are missing of 96.", "Il manque 12 Gio de mémoire sur 96."),
    mend: {
      text: text("Stop an environment that lives there.", "Arrêtez un environnement qui y vit."),
      resource: null,
      action: null,
    },
  }),
  check("identity-backup", {
    state: "unknown",
    title: text("Backup of identity", "Sauvegarde d'identity"),
    text: text("It was never read.", "Elle n'a jamais été lue."),
    provenAt: null,
    mend: {
      text: text("Take a backup now.", "Faites une sauvegarde maintenant."),
      resource: "cluster-east/policies/identity",
      action: "kasten.run",
    },
  }),
  check("ttl", {
    kind: "dns",
    state: "warning",
    title: text("TTL of billing.shop.example", "TTL de billing.shop.example"),
    text: text("It is 1 h, and may be 5 min.", "Il est de 1 h, pour 5 min au plus."),
  }),
  check("reach", { kind: "reachability", direction: "bascule" }),
  check("archive-backup"),
];

/** A plan whose production is where it belongs, and that is nearly ready. */
export function praView(part: Partial<PraView> = {}): PraView {
  return {
    id: "shop",
    title: text("The shop", "La boutique"),
    description: text(
      "Carries the shop from east to north, and back.",
      "Porte la boutique d'est en nord, et la ramène.",
    ),
    production: "east",
    recovery: "north",
    side: "production",
    readiness: {
      figure: 92,
      evaluatedAt: start,
      took: 900,
      counts: { blocked: 1, unknown: 1, warning: 1, ready: 2 },
      checks,
      history: [97, 95, 62, 88, 92].map((figure, index) => ({ at: start - (5 - index) * hour, figure })),
    },
    dataAtRisk: { value: 47 * minute, rpo: 4 * hour },
    forecast: { value: 3 * hour + 10 * minute, rto: 4 * hour },
    running: null,
    tiers: [
      { id: "gold", title: text("Gold", "Or"), rto: 2 * hour, rpo: hour },
      { id: "silver", title: text("Silver", "Argent"), rto: 4 * hour, rpo: 4 * hour },
    ],
    applications: [
      application("identity"),
      application("billing", { needs: ["identity"], dataAtRisk: 75 * minute }),
      application("archive", {
        tier: "silver",
        dataAtRisk: null,
        lastGood: null,
        rpo: 4 * hour,
        rto: 4 * hour,
      }),
    ],
    passages: [
      {
        id: "run-0",
        run: "run-0",
        mode: "planned",
        direction: "bascule",
        actor: "ann",
        startedAt: start - 48 * hour,
        endedAt: start - 45 * hour,
        status: "completed-with-skips",
        figure: null,
        served: { gold: 2.5 * hour },
      },
      {
        id: "rehearsal-1",
        run: null,
        mode: "rehearsal",
        direction: "bascule",
        actor: "bob",
        startedAt: start - 72 * hour,
        endedAt: start - 72 * hour + minute,
        status: "completed",
        figure: 88,
        served: {},
      },
    ],
    modes: [
      { mode: "rehearsal", direction: "bascule", unavailable: null, warning: null },
      { mode: "drill", direction: "bascule", unavailable: null, warning: null },
      { mode: "planned", direction: "bascule", unavailable: null, warning: null },
      {
        mode: "disaster",
        direction: "bascule",
        unavailable: null,
        warning: text("East still serves: it will be fenced.", "L'est sert encore : il sera isolé."),
      },
      {
        mode: "planned",
        direction: "return",
        unavailable: text("Production is at home already.", "La production est déjà chez elle."),
        warning: null,
      },
    ],
    procedures: { bascule: "bascule", return: "retour" },
    ...part,
  };
}

/** Declare, restore two applications, and the gate before the names are changed, from which there is no way back. */
export const basculePlan: Plan = {
  ...emptyPlan,
  procedure: "bascule",
  title: text("Bascule of the shop", "Bascule de la boutique"),
  hash: "f00dcafe0123456789",
  phases: [
    { id: "declare", title: text("Declare", "Déclarer") },
    { id: "restore", title: text("Restore", "Restaurer") },
    { id: "names", title: text("DNS", "DNS") },
  ],
  nodes: [
    gateNode("declare", { phase: "declare", title: text("Declare the disaster", "Déclarer le sinistre") }),
    actionNode("restore-identity", {
      phase: "restore",
      application: "identity",
      title: text("Restore identity", "Restaurer identity"),
    }),
    actionNode("restore-billing", {
      phase: "restore",
      application: "billing",
      title: text("Restore billing", "Restaurer billing"),
    }),
    {
      ...gateNode("flip-gate", {
        phase: "names",
        title: text("Approve “flip DNS”", "Approuver « basculer le DNS »"),
        needs: ["restore-billing"],
      }),
      gate: {
        ...gateNode("").gate,
        approvers: 2,
        text: text("Do the restored data suffice?", "Les données restaurées suffisent-elles ?"),
        shows: ["data-loss", "services"],
      },
    },
    actionNode("flip", {
      phase: "names",
      title: text("Flip DNS", "Basculer le DNS"),
      needs: ["flip-gate"],
      pointOfNoReturn: true,
    }),
  ],
};

/** How the run of `basculePlan` stands, two steps in. */
export function praFrame(part: Partial<RunFrame> = {}): RunFrame {
  return {
    ...emptyRun,
    procedure: "bascule",
    title: basculePlan.title,
    planHash: basculePlan.hash,
    pra: { plan: "shop", mode: "disaster", direction: "bascule" },
    actor: "ann",
    status: "running",
    startedAt: start,
    endedAt: null,
    steps: [
      standing("declare", { state: "verified" }),
      standing("restore-identity", { state: "verified" }),
      standing("restore-billing", { state: "running", startedAt: start }),
      standing("flip-gate"),
      standing("flip"),
    ],
    ...part,
  };
}

/** What that run says to whoever follows it, by the clock of `now`. */
export function praRun(now: number, part: Partial<PraRunView> = {}): PraRunView {
  const { steps: _steps, ...run } = praFrame();
  return {
    run,
    plan: { id: "shop", title: text("The shop", "La boutique") },
    mode: "disaster",
    direction: "bascule",
    from: "east",
    to: "north",
    leader: "ann",
    phases: [
      { id: "declare", title: text("Declare", "Déclarer"), state: "done", done: 1, total: 1, ...untimed },
      { id: "restore", title: text("Restore", "Restaurer"), state: "running", done: 1, total: 2, ...untimed },
      { id: "names", title: text("DNS", "DNS"), state: "pending", done: 0, total: 2, ...untimed },
    ],
    second: null,
    clock: { startedAt: now - 89 * minute, since: "declared", endedAt: null, rto: 4 * hour },
    forecastEnd: now + 110 * minute,
    tiers: [
      {
        id: "gold",
        title: text("Gold", "Or"),
        rto: 2 * hour,
        rpo: hour,
        applications: 2,
        serving: 1,
        servedAt: null,
        forecastAt: now + 40 * minute,
      },
    ],
    applications: [
      {
        ...application("identity", { side: "recovery" }),
        state: "done",
        lost: 12 * minute,
        servedAt: now - 10 * minute,
        servedBy: "service",
      },
      {
        ...application("billing", { side: "none" }),
        state: "running",
        lost: null,
        servedAt: null,
        servedBy: null,
      },
    ],
    side: "both-in-part",
    now: [
      {
        node: "restore-billing",
        title: text("Restore billing", "Restaurer billing"),
        target: "billing",
        since: now - 4 * minute,
        text: text("volumes 3/5 · 61 GiB/min", "volumes 3/5 · 61 Gio/min"),
        fraction: 0.6,
        forecast: 9 * minute,
      },
    ],
    next: {
      kind: "wait",
      node: "flip-gate",
      title: text("Approve “flip DNS”", "Approuver « basculer le DNS »"),
      text: text("Do the restored data suffice?", "Les données restaurées suffisent-elles ?"),
      since: null,
      after: [{ node: "restore-billing", title: text("Restore billing", "Restaurer billing") }],
      notBy: ["ann"],
    },
    undo: {
      possible: true,
      text: text(
        "Everything can be taken back until “Flip DNS” begins.",
        "Tout peut être défait jusqu'à « Basculer le DNS ».",
      ),
      until: { node: "flip", title: text("Flip DNS", "Basculer le DNS") },
    },
    gate: null,
    commit: null,
    ...part,
  };
}

const untimed = { startedAt: null, endedAt: null, forecast: null };
