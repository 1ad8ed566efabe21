import { OpsError } from "../../../shared/errors.ts";
import { type LocalText, text } from "../../../shared/text.ts";

function fault(code: string, message: LocalText, hint: LocalText): OpsError {
  return new OpsError({ code, system: "procedures", message, hint });
}

const lookAgain = text(
  "Look at the run as it stands now, then decide again.",
  "Regardez l'exécution telle qu'elle est, puis décidez à nouveau.",
);

export function unknownRun(id: string): OpsError {
  return fault(
    "run.unknown",
    text(`There is no run "${id}".`, `Il n'existe pas d'exécution « ${id} ».`),
    text("List the runs and choose one of them.", "Affichez la liste des exécutions et choisissez-en une."),
  );
}

export function unknownStep(id: string): OpsError {
  return fault(
    "run.unknown-step",
    text(`The run has no step "${id}".`, `L'exécution n'a pas d'étape « ${id} ».`),
    text("Choose one of the steps of its plan.", "Choisissez l'une des étapes de son plan."),
  );
}

export function heldByAnother(holder: string): OpsError {
  return fault(
    "run.held",
    text(`Another console has this run: ${holder}.`, `Une autre console tient cette exécution : ${holder}.`),
    text(
      "Go on there, or take it over once that console is closed.",
      "Continuez là-bas, ou reprenez-la une fois cette console fermée.",
    ),
  );
}

/** The next step needs this workstation to stand elsewhere, for that reason. */
export function heldOutside(reason: LocalText): OpsError {
  return fault(
    "run.held-outside",
    text(
      `The next step waits, since this workstation is outside: ${reason.en}`,
      `L'étape suivante attend, car ce poste est dehors : ${reason.fr}`,
    ),
    text(
      "Join the right network or VPN: the run goes on by itself. It can be cancelled from anywhere.",
      "Rejoignez le bon réseau ou VPN : l'exécution reprend d'elle-même. On peut l'annuler de partout.",
    ),
  );
}

export function lostRun(): OpsError {
  return fault(
    "run.lost",
    text(
      "This console no longer has the run: another one has taken it over.",
      "Cette console n'a plus l'exécution : une autre l'a reprise.",
    ),
    text("Go on in the other console.", "Continuez dans l'autre console."),
  );
}

export function ended(): OpsError {
  return fault(
    "run.ended",
    text(
      "The run has ended; nothing of it can be changed.",
      "L'exécution est terminée ; on n'y change plus rien.",
    ),
    text("Start the procedure again if that is needed.", "Relancez la procédure si nécessaire."),
  );
}

export function damagedPlan(): OpsError {
  return fault(
    "run.damaged-plan",
    text(
      "The plan in the journal does not fit its hash; it is not run.",
      "Le plan inscrit au journal ne correspond pas à son empreinte ; il n'est pas exécuté.",
    ),
    text(
      "Verify the journal, then start the procedure again.",
      "Vérifiez le journal, puis relancez la procédure.",
    ),
  );
}

export function secretInPlan(): OpsError {
  return fault(
    "run.secret-in-plan",
    text(
      "A value or an input of the plan holds a secret that is in use; the journal would keep it, so nothing was begun.",
      "Une valeur ou une entrée du plan contient un secret en usage ; le journal le garderait, donc rien n'a été lancé.",
    ),
    text(
      "Take the secret out of the values and the procedure; systems take theirs by reference.",
      "Retirez le secret des valeurs et de la procédure ; les systèmes prennent les leurs par référence.",
    ),
  );
}

export function notConfirmed(word: string): OpsError {
  return fault(
    "run.not-confirmed",
    text(
      `The plan holds destructive steps and was not confirmed with "${word}".`,
      `Le plan comporte des étapes destructrices et n'a pas été confirmé par « ${word} ».`,
    ),
    text(
      "Read the plan, then type the procedure's identifier to confirm it.",
      "Lisez le plan, puis saisissez l'identifiant de la procédure pour confirmer.",
    ),
  );
}

export function resourceInUse(name: string, title: LocalText): OpsError {
  return fault(
    "run.resource-in-use",
    text(
      `The procedure "${title.en}" is working on ${name}.`,
      `La procédure « ${title.fr} » travaille sur ${name}.`,
    ),
    text("Wait for its end or cancel it.", "Attendez sa fin ou annulez-la."),
  );
}

export function needsReason(): OpsError {
  return fault(
    "run.needs-reason",
    text("This decision needs a reason.", "Cette décision demande un motif."),
    text("Say in a few words why.", "Dites en quelques mots pourquoi."),
  );
}

export function noCompensation(): OpsError {
  return fault(
    "run.no-compensation",
    text(
      "The plan names no other action that makes up for this step.",
      "Le plan ne désigne aucune autre action qui compense cette étape.",
    ),
    text(
      "Retry it, skip it, adopt it, or roll the whole run back.",
      "Relancez-la, passez-la, adoptez-la, ou défaites toute l'exécution.",
    ),
  );
}

export function notPossible(state: string): OpsError {
  return fault(
    "run.not-possible",
    text(
      `That cannot be done while the step or the run is "${state}".`,
      `C'est impossible tant que l'étape ou l'exécution est « ${state} ».`,
    ),
    lookAgain,
  );
}

export function pastNoReturn(step: LocalText): OpsError {
  return fault(
    "run.past-no-return",
    text(
      `The point of no return, "${step.en}", has begun: the run is not rolled back any more.`,
      `Le point de non-retour, « ${step.fr} », a commencé : l'exécution ne se défait plus.`,
    ),
    text(
      "Carry the run through; what undoes it is the plan's other direction.",
      "Menez l'exécution à son terme ; c'est l'autre direction du plan qui ramène en arrière.",
    ),
  );
}

export function ownRequest(): OpsError {
  return fault(
    "run.own-request",
    text(
      "Nobody approves what they have asked for themselves.",
      "Nul n'approuve ce qu'il a lui-même demandé.",
    ),
    text("Ask another person to approve it.", "Demandez à une autre personne de l'approuver."),
  );
}

export function noApprover(who: string): OpsError {
  return fault(
    "run.no-approver",
    text(
      `${who} does not have the role “approve” everywhere that this run changes something.`,
      `${who} n'a pas le rôle « approve » partout où cette exécution change quelque chose.`,
    ),
    text(
      "Have an operator approve it who has that role there.",
      "Faites approuver par un opérateur qui a ce rôle à ces endroits.",
    ),
  );
}

export function closedGate(gate: LocalText): OpsError {
  return fault(
    "run.closed-gate",
    text(
      `The gate "${gate.en}" wants two people: nobody alone skips it, or calls done what stands behind it.`,
      `La porte « ${gate.fr} » demande deux personnes : nul ne la passe seul, ni ne déclare fait ce qui est derrière.`,
    ),
    text(
      "Have a second operator sign, try the gate again if it was refused, roll back, or end the run.",
      "Faites signer un second opérateur, relancez la porte si elle a été refusée, défaites, ou arrêtez l'exécution.",
    ),
  );
}

export function needsSignature(): OpsError {
  return fault(
    "run.needs-signature",
    text(
      "This gate wants the signature of a second operator.",
      "Cette porte demande la signature d'un second opérateur.",
    ),
    text(
      "Ask for the approval, have the request signed with a key of theirs, and hand the signature in.",
      "Demandez l'approbation, faites signer la demande avec l'une de ses clés, puis remettez la signature.",
    ),
  );
}

export function noSignatures(): OpsError {
  return fault(
    "run.no-signatures",
    text(
      "No signature can be checked here: no operator is known.",
      "Aucune signature ne peut être vérifiée ici : aucun opérateur n'est connu.",
    ),
    text(
      "Declare the operators with their public keys in the estate file.",
      "Déclarez les opérateurs et leurs clés publiques dans le fichier du parc.",
    ),
  );
}

export function otherSigner(operator: string): OpsError {
  return fault(
    "run.other-signer",
    text(
      `The signature is by ${operator}, not by the operator who was named.`,
      `La signature est de ${operator}, pas de l'opérateur indiqué.`,
    ),
    text("Name the operator who has signed.", "Indiquez l'opérateur qui a signé."),
  );
}

export function approvalExpired(): OpsError {
  return fault(
    "run.approval-expired",
    text("The request that was signed has expired.", "La demande signée a expiré."),
    text("Ask anew and have the new request signed.", "Refaites la demande et faites signer la nouvelle."),
  );
}

export function stateChanged(): OpsError {
  return fault(
    "run.state-changed",
    text(
      "What the gate shows has changed since the approval was asked for; the signature is for the state of that time.",
      "Ce que montre la porte a changé depuis la demande d'approbation ; la signature porte sur l'état d'alors.",
    ),
    text(
      "Look at what it shows now, ask anew and have the new request signed.",
      "Regardez ce qu'elle montre maintenant, refaites la demande et faites signer la nouvelle.",
    ),
  );
}

export function approvalElsewhere(step: LocalText, run: LocalText): OpsError {
  return fault(
    "run.approval-elsewhere",
    text(
      `The signature is for another request: "${step.en}" of "${run.en}", or an earlier try at this step.`,
      `La signature porte sur une autre demande : « ${step.fr} » de « ${run.fr} », ou un essai antérieur de cette étape.`,
    ),
    text(
      "Have the newest request of this very step signed.",
      "Faites signer la dernière demande de cette étape précise.",
    ),
  );
}

export function unknownOperator(id: string): OpsError {
  return fault(
    "run.unknown-operator",
    text(`The estate has no operator "${id}".`, `Le parc n'a pas d'opérateur « ${id} ».`),
    text(
      "Choose one of the operators of the estate, or declare them in its file.",
      "Choisissez l'un des opérateurs du parc, ou déclarez-le dans son fichier.",
    ),
  );
}

export function leadsAlready(id: string): OpsError {
  return fault(
    "run.leads-already",
    text(`${id} leads this run already.`, `${id} mène déjà cette exécution.`),
    text("Hand it over to another operator.", "Remettez-la à un autre opérateur."),
  );
}

/** `lacks`: what they have no right to, and who has it. */
export function leaderLacksRights(lacks: LocalText): OpsError {
  return fault(
    "run.leader-lacks-rights",
    lacks,
    text(
      "Hand the run over to somebody who may do all that is left of it, or have the role given in the estate file first.",
      "Remettez l'exécution à quelqu'un qui a le droit de faire tout ce qu'il en reste, ou faites d'abord donner le rôle dans le fichier de parc.",
    ),
  );
}

export function notHandedOver(): OpsError {
  return fault(
    "run.not-handed-over",
    text(
      "No hand-over of this run is left to be countersigned.",
      "Aucun passage de main de cette exécution n'est à contresigner.",
    ),
    text("Look at the run: who leads it now?", "Consultez l'exécution : qui la mène maintenant ?"),
  );
}

export function otherOperator(to: string): OpsError {
  return fault(
    "run.other-operator",
    text(
      `The run was handed over to ${to}, and this is the signature of somebody else.`,
      `L'exécution a été remise à ${to}, et cette signature est celle de quelqu'un d'autre.`,
    ),
    text(
      `Have ${to} sign with their own key, or hand the run over to whoever takes it.`,
      `Faites signer ${to} avec sa propre clé, ou passez la main à qui la prend.`,
    ),
  );
}

export function planChanged(): OpsError {
  return fault(
    "run.plan-changed",
    text("The plan is no longer the one that was looked at.", "Le plan n'est plus celui qui a été examiné."),
    text("Look at the new plan, then start it.", "Examinez le nouveau plan, puis lancez-le."),
  );
}

export function targetGone(name: string): OpsError {
  return fault(
    "run.target-gone",
    text(`The estate no longer declares ${name}.`, `Le parc ne déclare plus ${name}.`),
    text(
      "Declare it again and retry the step, or skip it with a reason.",
      "Déclarez-la à nouveau et relancez l'étape, ou passez-la en donnant un motif.",
    ),
  );
}

export function intentNotWritten(): OpsError {
  return fault(
    "run.intent-not-written",
    text(
      "The step's intent is not in the journal, so nothing was sent.",
      "L'intention de l'étape n'est pas au journal : rien n'a été envoyé.",
    ),
    text(
      "Make room on the disk, then retry the step.",
      "Libérez de la place sur le disque, puis relancez l'étape.",
    ),
  );
}
