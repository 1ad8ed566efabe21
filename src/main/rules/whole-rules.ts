import { minuteInWords } from "../../shared/amount-words.ts";
import type { CapacityView } from "../../shared/capacity.ts";
import type { CertificateState } from "../../shared/certificates.ts";
import type { RuleName } from "../../shared/estate-rules.ts";
import type { EstateState } from "../../shared/estate-state.ts";
import type { PraSummary } from "../../shared/pra.ts";
import type { Protection } from "../../shared/protection.ts";
import type { ResourceKind } from "../../shared/resource.ts";
import type { Proposal } from "../../shared/rules.ts";
import type { Status } from "../../shared/status.ts";
import { type LocalText, text } from "../../shared/text.ts";
import type { JudgedCertificate } from "../certificates/engine.ts";
import type { LostReference } from "../vault/reference-watch.ts";
import { oldBundle, outsideWorkstation, redReadiness } from "./console-rules.ts";
import type { Sighting } from "./rule.ts";

/** A sighting and what it is about; null: the estate itself. */
export interface Seen extends Sighting {
  about: {
    id: string;
    name: string;
    kind: ResourceKind;
    site: string | null;
    environment: string | null;
  } | null;
  /** Tells several of the estate apart. */
  name?: string;
}

/** What other parts of the console work out, and that rules tell of. */
export interface WholeParts {
  protections(): Iterable<Protection>;
  capacity(): CapacityView;
  certificates(): Iterable<JudgedCertificate>;
  estate(): EstateState;
  /** References of the estate to secrets that are not in Vault. */
  lostReferences(): readonly LostReference[];
  /** How ready each PRA plan is. */
  readiness(): Iterable<Pick<PraSummary, "id" | "title" | "readiness">>;
  /** The sealed bundle that the estate asks for; null: it asks for none. */
  bundle(): { madeAt: number | null; isLate: boolean; error: LocalText | null } | null;
  /** Where this workstation stands towards the allowlists of the estate. */
  whereabouts(): Pick<Status["reach"], "state" | "text" | "hops" | "outside">;
  /** Whether an action is offered on a resource. */
  offers(action: string, resource: string): boolean;
}

const wrongCertificates: ReadonlySet<CertificateState> = new Set([
  "expired",
  "revoked",
  "wrong-name",
  "late",
  "soon",
]);
const backupActions = [
  "kasten.run-policy",
  "velero.backup-now",
  "cnpg.backup-now",
  "dumps.run-now",
  "file-store.run-now",
];

/** Everything that is protected and late, or that nothing good was ever made of. */
export function lateBackups({ protections, offers }: WholeParts): Seen[] {
  return [...protections()].flatMap((protection): Seen[] => {
    const {
      id,
      name,
      kind,
      site,
      environment,
      state,
      text: words,
      policies,
      system,
      lastGood,
      readAt,
    } = protection;
    if (state !== "late" && state !== "never") return [];
    const last = lastGood
      ? text(
          `The last good one is of ${minuteInWords(lastGood.at)}`,
          `La dernière valable date du ${minuteInWords(lastGood.at)}`,
        )
      : text("There is no good one", "Il n'y en a aucune de valable");
    const by = policies.find((policy) => backupActions.some((action) => offers(action, policy.id)));
    const action = by && backupActions.find((each) => offers(each, by.id));
    const proposal: Proposal | null = by && action ? { kind: "action", id: action, resource: by.id } : null;
    return [
      {
        about: { id, name, kind, site, environment },
        health: "critical",
        text: words,
        evidence: [{ text: last, source: system, at: readAt }],
        proposal,
      },
    ];
  });
}

/** Clusters that cannot bear the loss of as many hosts as their environment demands. */
export function lostSpare({ capacity }: WholeParts): Seen[] {
  return capacity().clusters.flatMap(
    ({ id, name, site, environment, spare, losses, readAt, alone }): Seen[] => {
      if (alone || spare.verdict !== "exceeded") return [];
      const worst = losses.toSorted((one, other) => other.unplaced - one.unplaced)[0];
      return [
        {
          about: { id, name, kind: "cluster", site, environment },
          health: "warning",
          text: spare.text,
          evidence: worst ? [{ text: worst.text, source: "capacity", at: readAt }] : [],
          proposal: null,
        },
      ];
    },
  );
}

/** Certificates that have ended, will soon, are for other names, or should have been renewed. */
export function endingCertificates({ certificates, offers }: WholeParts): Seen[] {
  const seen: Seen[] = [];
  for (const { record, judgement } of certificates()) {
    if (!wrongCertificates.has(judgement.state)) continue;
    const { id, name, site, environment, system, readAt, issuer } = record;
    const renew = ["cert-manager.renew", "certificates.install"].find((action) => offers(action, id));
    const issued =
      issuer === null
        ? text("As it is served", "Tel que servi")
        : text(`Issued by ${issuer}`, `Émis par ${issuer}`);
    seen.push({
      about: { id, name, kind: "certificate", site, environment },
      health: judgement.state === "soon" ? "warning" : "critical",
      text: judgement.text,
      evidence: [{ text: issued, source: system, at: readAt }],
      proposal:
        renew === "cert-manager.renew"
          ? { kind: "action", id: renew, resource: id }
          : renew
            ? { kind: "procedure", id: "renew-certificate" }
            : null,
    });
  }
  return seen;
}

/** Where what runs is not what the estate file says. */
export function driftFromEstate(parts: WholeParts): Seen[] {
  return [...lostParities(parts), ...lostSecrets(parts), ...faultyFile(parts)];
}

function lostParities({ capacity }: WholeParts): Seen[] {
  return capacity()
    .parities.filter(({ verdict }) => verdict === "exceeded")
    .map(({ name, text: words }) => ({
      about: null,
      name,
      health: "warning",
      text: said(name, words),
      evidence: [
        {
          text: text(
            "The estate demands that both sides hold the same",
            "Le parc demande que les deux côtés soient pareils",
          ),
          source: "estate",
          at: null,
        },
      ],
      proposal: null,
    }));
}

/** References to secrets that are not there: what uses them cannot log in. */
function lostSecrets({ lostReferences }: WholeParts): Seen[] {
  return lostReferences().map(({ reference, usedBy, why, vault, vaultName, at }) => ({
    about: null,
    name: reference,
    health: "warning",
    text: said(reference, gaps[why](vaultName)),
    evidence: [
      {
        text: text(
          `The estate uses it for ${usedBy.slice(0, 5).join(", ") || "nothing"}`,
          `Le parc l'utilise pour ${usedBy.slice(0, 5).join(", ") || "rien"}`,
        ),
        source: vault,
        at,
      },
    ],
    proposal: null,
  }));
}

const gaps: Readonly<Record<LostReference["why"], (vault: string) => LocalText>> = {
  "no-secret": (vault) =>
    text(`${vault} has no secret at its path.`, `${vault} n'a aucun secret à ce chemin.`),
  "no-version": (vault) =>
    text(`${vault} no longer keeps this version.`, `${vault} ne conserve plus cette version.`),
  deleted: (vault) =>
    text(
      `The version that it names is deleted in ${vault}.`,
      `La version désignée est supprimée dans ${vault}.`,
    ),
  "no-field": (vault) =>
    text(`The secret in ${vault} has no such field.`, `Le secret dans ${vault} n'a pas ce champ.`),
};

function faultyFile({ estate }: WholeParts): Seen[] {
  const { valid, faults } = estate();
  const [first] = faults;
  if (valid || !first) return [];
  return [
    {
      about: null,
      name: "file",
      health: "critical",
      text: text(
        `The estate file has ${faults.length} fault(s); what is in force is older than the file.`,
        `Le fichier de parc comporte ${faults.length} erreur(s) ; ce qui est en vigueur est plus ancien que le fichier.`,
      ),
      evidence: [
        {
          text: text(
            `${first.file}:${first.line}:${first.column}: ${first.message.en}`,
            `${first.file}:${first.line}:${first.column} : ${first.message.fr}`,
          ),
          source: "estate",
          at: null,
        },
      ],
      proposal: null,
    },
  ];
}

function said(name: string, words: LocalText): LocalText {
  return text(`${name}: ${words.en}`, `${name} : ${words.fr}`);
}

/** The rules that look at what other parts of the console have worked out, each as a whole. */
export const wholeRules: [RuleName, (parts: WholeParts) => Seen[]][] = [
  ["backup-late", lateBackups],
  ["spare-lost", lostSpare],
  ["certificate-ending", endingCertificates],
  ["estate-drift", driftFromEstate],
  ["readiness-red", redReadiness],
  ["bundle-old", oldBundle],
  ["workstation-outside", outsideWorkstation],
];
