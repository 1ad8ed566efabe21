import { OpsError } from "../../../../shared/errors.ts";
import { type LocalText, text } from "../../../../shared/text.ts";

/**
 * What Proxmox VE refused, with its own words: it puts them into the reason phrase of the status line, later versions
 * also into `message`. `parameters` are the parameters that it did not accept, and why.
 */
export class ProxmoxRefusal extends OpsError {
  readonly status: number;
  readonly reason: string;
  readonly parameters: Readonly<Record<string, string>>;

  constructor(
    meaning: { code: string; message: LocalText; hint: LocalText },
    said: { status: number; reason: string; parameters: Readonly<Record<string, string>> },
  ) {
    super({ ...meaning, code: `proxmox.${meaning.code}`, system: "proxmox" });
    this.status = said.status;
    this.reason = said.reason;
    this.parameters = said.parameters;
  }

  /** Whether the request may have been carried out all the same: the way to its node broke after it was passed on. */
  get mayHaveBeenTaken(): boolean {
    return lostStatuses.has(this.status);
  }
}

/** What AnyEvent::HTTP reports for a node that a request was passed on to: 595 before it was sent, the others later. */
const unreachableStatus = 595;
const lostStatuses: ReadonlySet<number> = new Set([596, 597, 598, 599]);

interface Phrase {
  pattern: RegExp;
  code: string;
  hint: LocalText;
}

const readAgain = text(
  "Have it read again and look at its state before another attempt.",
  "Faites-la relire et vérifiez son état avant un nouvel essai.",
);

/** Phrases of status 500 that mean something of their own. */
const phrases: readonly Phrase[] = [
  {
    pattern: /no quorum|cluster not ready/i,
    code: "no-quorum",
    hint: text(
      "Bring missing nodes back, or look at the links between them: without a majority the cluster accepts no change.",
      "Ramenez les nœuds manquants ou vérifiez les liens entre eux : sans majorité, la grappe n'accepte aucun changement.",
    ),
  },
  {
    pattern:
      /does not exist|no such (vm|ct|guest|storage|task|node|snapshot)|unable to find configuration file/i,
    code: "gone",
    hint: text(
      "It was deleted or moved to another node meanwhile: have it read again.",
      "L'objet a été supprimé ou déplacé sur un autre nœud entre-temps : faites-le relire.",
    ),
  },
  {
    pattern: /is locked|can't lock file|unable to acquire .*lock/i,
    code: "locked",
    hint: text(
      "Another task works on it: wait until that has ended. A lock that a broken task left is taken away by `qm unlock`.",
      "Une autre tâche travaille dessus : attendez qu'elle se termine. Un verrou laissé par une tâche interrompue s'enlève par « qm unlock ».",
    ),
  },
  {
    pattern: /not running|already running|is running|is stopped|not a template|is a template/i,
    code: "wrong-state",
    hint: readAgain,
  },
];

/**
 * The error for an answer that is none of success, by its status and words. 401 is not asked for here: it is the matter of
 * the log-in.
 */
export function refusalOf(
  name: string,
  status: number,
  reason: string,
  parameters: Readonly<Record<string, string>>,
): ProxmoxRefusal {
  const said = { status, reason, parameters };
  const quoted = reason === "" ? `HTTP ${status}` : reason;
  const make = (code: string, message: LocalText, hint: LocalText) =>
    new ProxmoxRefusal({ code, message, hint }, said);
  if (Object.keys(parameters).length > 0) {
    const list = Object.entries(parameters)
      .map(([parameter, why]) => `${parameter}: ${why}`)
      .join("; ");
    return make(
      "parameters",
      text(
        `${name} does not accept what it was asked for (${list}).`,
        `${name} n'accepte pas ce qui lui est demandé (${list}).`,
      ),
      text("Correct what it names, then try again.", "Corrigez ce qui est nommé, puis réessayez."),
    );
  }
  if (status === 403) return notAllowed(name, reason, make);
  if (status === unreachableStatus) {
    return make(
      "node-unreachable",
      text(
        `${name} cannot reach the node that this is about (${quoted}).`,
        `${name} n'arrive pas à joindre le nœud concerné (${quoted}).`,
      ),
      text(
        "The node is off, starting or cut off from the cluster: look at it, then try again.",
        "Le nœud est éteint, en démarrage ou coupé de la grappe : examinez-le, puis réessayez.",
      ),
    );
  }
  if (lostStatuses.has(status)) {
    return make(
      "node-lost",
      text(
        `${name} lost the connection to the node that this is about (${quoted}).`,
        `${name} a perdu la connexion avec le nœud concerné (${quoted}).`,
      ),
      text(
        "The node may have taken the request: look at its tasks before another attempt.",
        "Le nœud a peut-être pris la demande en compte : consultez ses tâches avant un nouvel essai.",
      ),
    );
  }
  if (status === 501 || /not implemented/i.test(reason)) {
    return make(
      "not-offered",
      text(
        `The version of ${name} does not offer this (${quoted}).`,
        `La version de ${name} n'offre pas cette fonction (${quoted}).`,
      ),
      text(
        "Look at the version of Proxmox VE; docs/systems/proxmox.md says what needs which.",
        "Vérifiez la version de Proxmox VE ; docs/systems/proxmox.md indique ce qui en dépend.",
      ),
    );
  }
  const phrase = phrases.find(({ pattern }) => pattern.test(reason));
  return make(
    phrase?.code ?? "refused",
    text(`${name} refuses this: ${quoted}.`, `${name} refuse la demande : ${quoted}.`),
    phrase?.hint ??
      text(
        "Look at the node's tasks and its system log, then try again.",
        "Consultez les tâches du nœud et son journal système, puis réessayez.",
      ),
  );
}

function notAllowed(
  name: string,
  reason: string,
  make: (code: string, message: LocalText, hint: LocalText) => ProxmoxRefusal,
): ProxmoxRefusal {
  const wanted = /\((\/[^,()\s]*), ?([^()]+)\)/.exec(reason);
  const [where, what] = [wanted?.[1], wanted?.[2]];
  if (where !== undefined && what !== undefined) {
    return make(
      "not-allowed",
      text(
        `${name} does not allow this to the user: it takes the privilege ${what} on ${where}.`,
        `${name} n'accorde pas ce droit à l'utilisateur : il faut le privilège ${what} sur ${where}.`,
      ),
      text(
        "Give the user, and the token if it is one, a role with it on that path; docs/systems/proxmox.md lists what is needed.",
        "Donnez à l'utilisateur, et au jeton s'il y en a un, un rôle qui le contient sur ce chemin ; docs/systems/proxmox.md liste le nécessaire.",
      ),
    );
  }
  return make(
    "not-allowed",
    text(
      `${name} does not allow this to the user${reason === "" ? "" : ` (${reason})`}.`,
      `${name} n'accorde pas ce droit à l'utilisateur${reason === "" ? "" : ` (${reason})`}.`,
    ),
    text(
      "Some things are for root@pam alone; for the others docs/systems/proxmox.md lists the privileges.",
      "Certaines opérations sont réservées à root@pam ; pour les autres, docs/systems/proxmox.md liste les privilèges.",
    ),
  );
}
