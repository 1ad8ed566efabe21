import type { JournalVerdict } from "../../../shared/journal.ts";
import type { StepState } from "../../../shared/run.ts";
import { type LocalText, sameText, text } from "../../../shared/text.ts";
import type { FinalStatus, RunEventType } from "../engine/run-events.ts";

/** What the evidence of a run says, in both languages. */
export const words = {
  evidence: text("Evidence of a run", "Preuves d'une exécution"),
  run: text("Run", "Exécution"),
  procedure: text("Procedure", "Procédure"),
  plan: text("Plan (SHA-256)", "Plan (SHA-256)"),
  status: text("Status", "État"),
  outcome: text("Outcome", "Résultat"),
  ledBy: text("Led by, at last", "Menée en dernier par"),
  startedBy: text("Started by", "Lancée par"),
  reason: text("Reason", "Motif"),
  noReason: text("none was given", "aucun n'a été donné"),
  started: text("Started", "Lancée"),
  ended: text("Ended", "Terminée"),
  notEnded: text("It has not ended.", "Elle n'est pas terminée."),
  values: text("Values", "Valeurs"),
  steps: text("Steps", "Étapes"),
  step: text("Step", "Étape"),
  target: text("On", "Sur"),
  state: text("State", "État"),
  begun: text("Begun", "Commencée"),
  tries: text("Tries", "Essais"),
  took: text("Took", "Durée"),
  before: text("Before (median)", "Auparavant (médiane)"),
  last: text("Last time", "La dernière fois"),
  proof: text("Proof or reason", "Preuve ou motif"),
  undone: text("Taken back", "Retour arrière"),
  tiers: text("Promised and kept, by tier", "Engagements et résultats, par niveau"),
  tier: text("Tier", "Niveau"),
  applications: text("Promised and kept, by application", "Engagements et résultats, par application"),
  application: text("Application", "Application"),
  served: text("Served", "En service"),
  after: text("After", "Après"),
  rto: text("RTO", "DMIA"),
  withinRto: text("In time", "À temps"),
  lost: text("Data lost", "Données perdues"),
  rpo: text("RPO", "PDMA"),
  withinRpo: text("Within", "Respectée"),
  broughtBack: text("Brought back from", "Repris depuis"),
  yes: text("yes", "oui"),
  no: text("no", "non"),
  notKnown: text("not known", "inconnu"),
  never: text("never", "jamais"),
  measured: text(
    "Times are counted from the declaration of the outage, or from the start of the run where there is none; data lost, from the last good moment up to the start of the run.",
    "Les durées comptent depuis la déclaration du sinistre ou, sans elle, depuis le début de l'exécution ; les données perdues, depuis le dernier état sain jusqu'au début de l'exécution.",
  ),
  phases: text("Phases", "Phases"),
  phase: text("Phase", "Phase"),
  skips: text("Steps that were skipped or left out", "Étapes passées ou laissées de côté"),
  whom: text("By whom", "Par qui"),
  byCondition: text("by its condition", "par sa condition"),
  byPerson: text("by a person", "par une personne"),
  byPlan: text("by the plan, beforehand", "par le plan, d'avance"),
  decisions: text("Decisions of people", "Décisions humaines"),
  noDecisions: text("None was needed.", "Aucune n'a été nécessaire."),
  decision: text("Decision", "Décision"),
  by: text("By", "Par"),
  at: text("At", "À"),
  approvals: text("Signed decisions", "Décisions signées"),
  approved: text("approved", "approuvé"),
  refused: text("refused", "refusé"),
  request: text("Request, as it was signed", "Demande, telle que signée"),
  signature: text("Signature", "Signature"),
  key: text("Public key", "Clé publique"),
  verify: text(
    "To check one anywhere: save the request without a line feed at its end, the signature, and a file allowed_signers that holds the operator, a space and the public key; then ssh-keygen -Y verify -f allowed_signers -I OPERATOR -n NAMESPACE -s SIGNATURE < REQUEST, with the namespace that stands below the decision.",
    "Pour en vérifier une n'importe où : enregistrez la demande sans saut de ligne final, la signature, et un fichier allowed_signers contenant l'opérateur, une espace et la clé publique ; puis ssh-keygen -Y verify -f allowed_signers -I OPÉRATEUR -n ESPACE -s SIGNATURE < DEMANDE, avec l'espace de noms inscrit sous la décision.",
  ),
  handOvers: text(
    "Hand-overs, countersigned by whoever took it",
    "Passages de main, contresignés par qui l'a prise",
  ),
  from: text("From", "De"),
  verifyHandOver: text(
    "They are checked as signed decisions are, with the namespace passerelle-hand-over.",
    "Ils se vérifient comme les décisions signées, avec l'espace de noms passerelle-hand-over.",
  ),
  takenBy: text("Taken by", "Prise par"),
  notSigned: text("not countersigned", "non contresigné"),
  notes: text("Notes", "Notes"),
  note: text("Note", "Note"),
  attachment: text("Attachment (SHA-256)", "Pièce jointe (SHA-256)"),
  journal: text("Events in the journal", "Événements du journal"),
  sequence: text("Number", "Numéro"),
  event: text("Event", "Événement"),
  subject: text("About", "Sujet"),
  hash: text("SHA-256", "SHA-256"),
  chain: text("The chain", "La chaîne"),
  built: text("Built", "Établi"),
} as const;

export const statusWords: Record<FinalStatus | "open" | "paused", LocalText> = {
  open: text("under way", "en cours"),
  paused: text("paused", "en pause"),
  completed: text("completed", "achevée"),
  "completed-with-skips": text("completed with skips", "achevée avec des étapes passées"),
  "rolled-back": text("rolled back", "défaite"),
  failed: text("failed", "en échec"),
  "unknown-effect": text("unknown effect", "effet inconnu"),
};

export const stateWords: Record<StepState, LocalText> = {
  pending: text("not begun", "pas commencée"),
  blocked: text("not begun", "pas commencée"),
  waiting: text("under way", "en cours"),
  running: text("under way", "en cours"),
  verified: text("verified", "vérifiée"),
  skipped: text("skipped", "passée"),
  failed: text("failed", "en échec"),
  "unknown-effect": text("unknown effect", "effet inconnu"),
  compensated: text("taken back", "défaite"),
};

/** The events by which a person decides, or another console goes on; the others are the engine's own. */
export const decisionWords: Partial<Record<RunEventType | "break-glass.used", LocalText>> = {
  "break-glass.used": text("under rights taken by break-glass", "sous des droits pris par bris de glace"),
  "run.started": text("started", "lancée"),
  "run.taken": text("gone on with after a restart", "poursuivie après un redémarrage"),
  "run.approval-asked": text("asked for an approval", "approbation demandée"),
  "run.handed-over": text("handed over", "remise à un autre"),
  "run.hand-over-signed": text("taken over", "prise en main"),
  "run.gate-approved": text("approved", "approuvé"),
  "run.gate-refused": text("refused", "refusé"),
  "run.retried": text("tried again", "relancée"),
  "run.skipped": text("skipped", "passée"),
  "run.adopted": text("taken as done", "déclarée faite"),
  "run.compensating": text("compensated by itself", "compensée seule"),
  "run.paused": text("paused", "mise en pause"),
  "run.resumed": text("resumed", "reprise"),
  "run.rolling-back": text("rolled back", "retour arrière"),
  "run.cancelled": text("ended early", "arrêtée"),
};

/** What reading the whole chain again gave. */
export function chainWords({ intact, events, lastHash, brokenAt }: JournalVerdict): LocalText {
  if (intact) {
    return text(
      `The journal was read again as a whole: ${events} events, each bound to the one before; the last is ${lastHash}.`,
      `Le journal a été relu en entier : ${events} événements, chacun lié au précédent ; le dernier est ${lastHash}.`,
    );
  }
  return text(
    `The journal does not hold: its chain is broken at event ${brokenAt ?? "?"}. What follows is not proven by it.`,
    `Le journal ne tient pas : sa chaîne est rompue à l'événement ${brokenAt ?? "?"}. Ce qui suit n'est pas prouvé par lui.`,
  );
}

/** A length of time in its one or two largest units, to a tenth of a second below a minute; milliseconds in. */
export function durationWords(milliseconds: number): LocalText {
  const tenths = Math.round(milliseconds / 100) / 10;
  if (tenths < 60) return text(`${tenths} s`, `${String(tenths).replace(".", ",")} s`);
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 3600) return sameText(`${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`);
  const minutes = Math.round(seconds / 60);
  return sameText(`${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`);
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

/** ISO 8601 in UTC to the second: evidence is read elsewhere. */
export function moment(at: number): string {
  return new Date(at)
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, " UTC");
}
