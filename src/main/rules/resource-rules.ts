import { minuteInWords } from "../../shared/amount-words.ts";
import type { RuleName } from "../../shared/estate-rules.ts";
import type { FactKey } from "../../shared/facts.ts";
import { type LocalText, text } from "../../shared/text.ts";
import type { Followed } from "../inventory/reader.ts";
import { allowlistDrift, allowlistOverdue } from "./allowlist-rules.ts";
import type { DiskFilling } from "./disk-filling.ts";
import { HostDown } from "./host-down.ts";
import { factEvidence, type ResourceRule, type Sighting } from "./rule.ts";

const hour = 3_600_000;

/** A Vault, or a node of one, that is sealed: whatever needs a secret of it fails. */
const vaultSealed: ResourceRule = {
  kinds: ["cluster", "node", "service", "host"],
  look(resource) {
    const sealed = resource.fact("vault.sealed");
    if (sealed?.value !== true) return null;
    const [progress, threshold] = [resource.fact("vault.progress"), resource.fact("vault.threshold")];
    const entered = typeof progress?.value === "number" ? progress.value : 0;
    const needed = typeof threshold?.value === "number" ? threshold.value : null;
    const evidence = [factEvidence(sealed, text("It says that it is sealed", "Il se dit scellé"))];
    if (progress && needed !== null) {
      const words = text(
        `${entered} of ${needed} shares entered so far`,
        `${entered} part(s) saisie(s) sur ${needed} nécessaires`,
      );
      evidence.push(factEvidence(progress, words));
    }
    return {
      health: "critical",
      text: text("It is sealed: no secret can be read.", "Il est scellé : aucun secret ne peut être lu."),
      evidence,
      proposal: { kind: "action", id: "vault.unseal", resource: resource.id },
    };
  },
};

/** Clusters that decide by vote and have lost their majority, or lose it with the next node. */
const quorumAtRisk: ResourceRule = {
  kinds: ["cluster", "service"],
  look: (resource) => proxmoxQuorum(resource) ?? vaultQuorum(resource),
};

function proxmoxQuorum(resource: Followed): Sighting | null {
  const [quorum, votes, needed] = (
    ["proxmox.quorum", "proxmox.votes", "proxmox.votesNeeded"] as const satisfies readonly FactKey[]
  ).map((key) => resource.fact(key));
  if (!quorum || quorum.value === "single") return null;
  const evidence =
    votes && needed
      ? [
          factEvidence(
            votes,
            text(
              `${votes.value} votes present, ${needed.value} needed`,
              `${votes.value} voix présentes, ${needed.value} nécessaires`,
            ),
          ),
        ]
      : [factEvidence(quorum, text("As the cluster says", "D'après la grappe"))];
  if (quorum.value === "lost") return { health: "critical", text: quorumLost, evidence, proposal: null };
  const isLast =
    typeof votes?.value === "number" && typeof needed?.value === "number" && votes.value <= needed.value;
  return isLast ? { health: "warning", text: quorumThin, evidence, proposal: null } : null;
}

function vaultQuorum(resource: Followed): Sighting | null {
  const tolerance = resource.fact("vault.failureTolerance");
  const peers = resource.fact("vault.peers");
  // One peer alone never had a majority to lose.
  if (typeof tolerance?.value !== "number" || !Array.isArray(peers?.value) || peers.value.length < 2)
    return null;
  if (tolerance.value > 0) return null;
  const words = text(
    `None of ${peers.value.length} peers may fail now`,
    `Aucun des ${peers.value.length} pairs ne peut tomber`,
  );
  return {
    health: "warning",
    text: quorumThin,
    evidence: [factEvidence(tolerance, words)],
    proposal: null,
  };
}

const quorumLost = text(
  "Its quorum is lost: nothing can be changed in it.",
  "Son quorum est perdu : rien ne peut y être modifié.",
);
const quorumThin = text(
  "It has its quorum, and loses it with the next node.",
  "Il a son quorum, et le perd avec le prochain nœud.",
);

/** Log-ins of this console that end soon, whatever it does. */
const tokenEnding: ResourceRule = {
  kinds: ["cluster", "service", "host"],
  isTimed: (resource) => endings.some(([key]) => resource.fact(key) !== undefined),
  look(resource, { rules, now }) {
    const { hours } = rules["token-ending"];
    for (const [key, named] of endings) {
      const ends = resource.fact(key);
      if (typeof ends?.value !== "number" || ends.value > now + hours * hour) continue;
      const at = minuteInWords(ends.value);
      const isOver = ends.value <= now;
      return {
        health: isOver ? "critical" : "warning",
        text: isOver
          ? text(`${named.en} ended at ${at}.`, `${named.fr} a pris fin le ${at}.`)
          : text(`${named.en} ends at ${at}.`, `${named.fr} prend fin le ${at}.`),
        evidence: [factEvidence(ends, text(`Its end: ${at}`, `Sa fin : ${at}`))],
        proposal: null,
      };
    }
    return null;
  },
};

const endings: readonly (readonly [FactKey, LocalText])[] = [
  ["vault.tokenEnds", text("The token of this console", "Le jeton de cette console")],
  ["ovh.credentialExpires", text("The consumer key of this console", "La clé consommateur de cette console")],
];

/** The rules that look at one resource at a time; `disks` is the one that watches how these fill. */
export function resourceRules(disks: DiskFilling): [RuleName, ResourceRule][] {
  return [
    ["vault-sealed", vaultSealed],
    ["quorum-at-risk", quorumAtRisk],
    ["host-down", new HostDown()],
    ["token-ending", tokenEnding],
    ["disk-filling", disks],
    ["allowlist-overdue", allowlistOverdue],
    ["estate-drift", allowlistDrift],
  ];
}
