import type { FactValue, Health, Problem } from "../../../shared/resource.ts";
import { text } from "../../../shared/text.ts";
import type { SealStatus, VaultHealth } from "./answers.ts";

export type NodeRole =
  | "active"
  | "standby"
  | "performance-standby"
  | "dr-secondary"
  | "sealed"
  | "not-initialised";

/** What a node told of itself. */
export interface NodeReading {
  health: VaultHealth;
  seal: SealStatus;
  role: NodeRole;
  /** Seconds that its clock is ahead of this workstation's. */
  skew: number;
  committedIndex: number | null;
  appliedIndex: number | null;
}

const mostSkew = 60;
const mostLag = 1000;

export function roleOf(health: VaultHealth): NodeRole {
  if (!health.initialized) return "not-initialised";
  if (health.sealed) return "sealed";
  if (health.replication_dr_mode === "secondary") return "dr-secondary";
  if (health.performance_standby) return "performance-standby";
  return health.standby ? "standby" : "active";
}

/** How a node is to be shown; `committed` is the last write of the active one. */
export function shownNode(
  name: string,
  reading: NodeReading,
  address: string,
  committed: number | null,
): { health: Health; facts: Record<string, FactValue>; problems: Problem[] } {
  const { seal, role, skew, appliedIndex, health } = reading;
  const lag = committed === null || appliedIndex === null ? null : Math.max(0, committed - appliedIndex);
  const problems = nodeProblems(name, reading, lag);
  return {
    health: problems.some((each) => each.health === "critical")
      ? "critical"
      : problems.length > 0
        ? "warning"
        : "ok",
    facts: {
      "vault.part": "node",
      "vault.role": role,
      "vault.sealed": seal.sealed,
      "vault.held": seal.recovery_seal ? "recovery" : "unseal",
      "vault.shares": seal.n,
      "vault.threshold": seal.t,
      "vault.progress": seal.sealed && !seal.recovery_seal ? seal.progress : null,
      "vault.nonce": seal.nonce || null,
      "vault.version": health.version || seal.version || null,
      "vault.address": address,
      "vault.indexLag": lag,
      "vault.clockSkew": Math.round(skew),
    },
    problems,
  };
}

function nodeProblems(name: string, { seal, role, skew }: NodeReading, lag: number | null): Problem[] {
  const problems: Problem[] = [];
  const add = (code: string, health: Health, en: string, fr: string) =>
    problems.push({ code: `vault.${code}`, health, text: text(en, fr) });
  if (role === "not-initialised")
    add("not-initialised", "critical", `${name} is not initialised.`, `${name} n'est pas initialisé.`);
  else if (seal.sealed && seal.recovery_seal)
    add(
      "sealed",
      "critical",
      `${name} is sealed: it opens by itself once it is restarted and the service with its key answers.`,
      `${name} est scellé : il s'ouvre seul, une fois redémarré, si le service qui détient sa clé répond.`,
    );
  else if (seal.sealed)
    add(
      "sealed",
      "critical",
      `${name} is sealed: ${seal.progress} of ${seal.t} shares entered.`,
      `${name} est scellé : ${seal.progress} part(s) saisie(s) sur ${seal.t}.`,
    );
  if (Math.abs(skew) > mostSkew)
    add(
      "clock-skew",
      "warning",
      `The clock of ${name} is ${Math.round(Math.abs(skew))} s ${skew > 0 ? "ahead of" : "behind"} this workstation's: tokens and certificates end at another time than they say.`,
      `L'horloge de ${name} est ${skew > 0 ? "en avance" : "en retard"} de ${Math.round(Math.abs(skew))} s sur celle de ce poste : jetons et certificats expirent à un autre moment que celui annoncé.`,
    );
  if (lag !== null && lag > mostLag)
    add(
      "lagging",
      "warning",
      `${name} is ${lag} writes behind the active node.`,
      `${name} a ${lag} écritures de retard sur le nœud actif.`,
    );
  return problems;
}
