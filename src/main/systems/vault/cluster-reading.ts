import type { OpsError } from "../../../shared/errors.ts";
import type { FactValue, Health, Problem } from "../../../shared/resource.ts";
import { text } from "../../../shared/text.ts";
import type { VaultStanding } from "../../../shared/vaults.ts";
import type { Autopilot } from "./answers.ts";
import type { NodeReading } from "./node-reading.ts";
import type { RekeyStanding } from "./rekey/standing.ts";

/** What whoever is signed in sees; null for what may not be seen. */
export interface InsideReading {
  mounts: Record<string, { type: string; version: string | null; description: string }> | null;
  logins: string[] | null;
  audits: string[] | null;
  autopilot: Autopilot | null;
  key: { term: number; installedAt: number | null } | null;
  leases: number | null;
  /** How the making of new shares stands. */
  rekey: RekeyStanding | null;
}

export interface ClusterReading {
  /** By node; null for one that does not answer. */
  nodes: ReadonlyMap<string, NodeReading | null>;
  inside: InsideReading | null;
  /** Why the inside was not read. */
  error: OpsError | null;
  standing: VaultStanding;
}

const mostNamed = 50;
/** A token that ends for good within so many milliseconds is told. */
const tokenWarning = 3_600_000;

/** The state of the whole, by what its nodes tell. */
export function stateOf(nodes: ClusterReading["nodes"]): string {
  const answering = [...nodes.values()].filter((each) => each !== null);
  if (answering.length === 0) return "away";
  if (answering.some(({ role }) => role === "active")) return "open";
  if (answering.every(({ role }) => role === "not-initialised")) return "not-initialised";
  return answering.every(({ role }) => role === "sealed") ? "sealed" : "no-active-node";
}

/** How the whole is to be shown. */
export function shownCluster(
  name: string,
  reading: ClusterReading,
  now: number,
): { health: Health; facts: Record<string, FactValue>; problems: Problem[] } {
  const { nodes, inside, standing } = reading;
  const state = stateOf(nodes);
  const active = [...nodes].find(([, each]) => each?.role === "active");
  const versions = new Set([...nodes.values()].map((each) => each?.health.version ?? "").filter(Boolean));
  const problems = clusterProblems(name, reading, state, now);
  const worst = problems.find((each) => each.health === "critical") ?? problems[0];
  return {
    health: worst?.health ?? "ok",
    facts: {
      "vault.part": "cluster",
      "vault.state": state,
      "vault.sealed": state === "sealed",
      "vault.active": active?.[0] ?? null,
      "vault.version": [...versions].join(", ") || null,
      ...(inside && insideFacts(inside)),
      "vault.signedInAs": standing.who,
      "vault.tokenExpires": rounded(standing.expiresAt),
      "vault.tokenEnds": rounded(standing.endsAt),
    },
    problems,
  };
}

const rounded = (at: number | null) => (at === null ? null : Math.round(at));

function insideFacts({ mounts, logins, audits, autopilot, key, leases, rekey }: InsideReading) {
  const facts: Record<string, FactValue> = {
    "vault.mounts":
      mounts &&
      Object.entries(mounts)
        .slice(0, mostNamed)
        .map(([path, { type, version }]) => `${path} (${type}${version ? ` ${version}` : ""})`),
    "vault.logins": logins?.slice(0, mostNamed) ?? null,
    "vault.audits": audits?.slice(0, mostNamed) ?? null,
    "vault.leases": leases,
    "vault.rekey": rekey?.state ?? null,
    ...(rekey &&
      rekey.state !== "none" && {
        "vault.rekeyEntered": rekey.entered,
        "vault.rekeyNeeded": rekey.needed,
        "vault.rekeyNonce": rekey.nonce || null,
      }),
    "vault.keyTerm": key?.term ?? null,
    "vault.keyInstalledAt": key?.installedAt ?? null,
    "vault.healthy": autopilot?.healthy ?? null,
    "vault.failureTolerance": autopilot?.failure_tolerance ?? null,
    "vault.peers":
      autopilot &&
      Object.entries(autopilot.servers)
        .slice(0, mostNamed)
        .map(([id, { status, healthy }]) => `${id}: ${status}${healthy ? "" : ", !"}`),
  };
  return facts;
}

function clusterProblems(
  name: string,
  { nodes, inside, error, standing }: ClusterReading,
  state: string,
  now: number,
): Problem[] {
  const problems: Problem[] = [];
  const add = (code: string, health: Health, en: string, fr: string) =>
    problems.push({ code: `vault.${code}`, health, text: text(en, fr) });
  if (state === "away")
    add("away", "critical", `No node of ${name} answers.`, `Aucun nœud de ${name} ne répond.`);
  if (state === "sealed")
    add(
      "sealed",
      "critical",
      `${name} is sealed: nothing of it can be read until enough shares are entered.`,
      `${name} est scellé : rien n'y est lisible tant que les parts nécessaires ne sont pas saisies.`,
    );
  if (state === "no-active-node")
    add(
      "no-active-node",
      "critical",
      `${name} has no active node: too few of its nodes are open to elect one.`,
      `${name} n'a pas de nœud actif : trop peu de ses nœuds sont ouverts pour en élire un.`,
    );
  if (state === "not-initialised")
    add("not-initialised", "critical", `${name} is not initialised.`, `${name} n'est pas initialisé.`);
  const away = [...nodes].filter(([, each]) => each === null).map(([node]) => node);
  if (away.length > 0 && state !== "away")
    add(
      "node-away",
      "warning",
      `Nodes that do not answer: ${away.join(", ")}.`,
      `Nœuds sans réponse : ${away.join(", ")}.`,
    );
  const voters = Object.keys(inside?.autopilot?.servers ?? {}).length;
  if (inside?.autopilot && voters > 1 && inside.autopilot.failure_tolerance < 1)
    add(
      "quorum-at-risk",
      "critical",
      `${name} has lost its spare: one more node that fails leaves it without a quorum.`,
      `${name} n'a plus de marge : un nœud de plus en panne lui ferait perdre son quorum.`,
    );
  if (inside?.audits?.length === 0)
    add(
      "no-audit",
      "warning",
      `${name} has no audit device: nobody can tell afterwards who asked for what.`,
      `${name} n'a aucun journal d'audit : nul ne peut dire après coup qui a demandé quoi.`,
    );
  if (standing.endsAt !== null && standing.endsAt - now < tokenWarning)
    add(
      "token-near-end",
      "warning",
      `The console's token ends for good at ${new Date(standing.endsAt).toISOString()}.`,
      `Le jeton de la console prend fin définitivement à ${new Date(standing.endsAt).toISOString()}.`,
    );
  if (state === "open" && error && standing.method !== null)
    problems.push({ code: "vault.not-read", health: "warning", text: error.text });
  return problems;
}
