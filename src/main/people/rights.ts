import { minuteInWords } from "../../shared/amount-words.ts";
import {
  type Grant,
  type GrantStanding,
  grantsAt,
  isGranted,
  type Place,
  type Role,
  spanOf,
  standingOf,
} from "../../shared/roles.ts";
import { type LocalText, text } from "../../shared/text.ts";
import type { Caller } from "./caller.ts";
import * as faults from "./faults.ts";
import type { Roster } from "./roster.ts";

export interface RightsParts {
  /** The operators of the estate in force. */
  roster(): Roster;
  /** Whether an operator has taken every right for a while. */
  hasPass(operator: string): boolean;
  /** Epoch milliseconds that never go back: a clock that is set back brings no role back that has ended. */
  now(): number;
}

export interface Judgement {
  allowed: boolean;
  text: LocalText;
}

/** What who has taken every right may do. */
const everything: readonly Grant[] = [{ role: "destroy" }, { role: "approve" }];

/**
 * Who may do what, by the estate in force. While no operator has a role, everybody may do everything; one that has ended, or is
 * still to come, is a role all the same: its end takes a right away from one person, and gives none to everybody else.
 */
export class Rights {
  readonly #parts: RightsParts;

  constructor(parts: RightsParts) {
    this.#parts = parts;
  }

  /** Whether the estate has roles at all. */
  get inForce(): boolean {
    return this.#parts.roster().hasRoles;
  }

  /** What an operator may do now; nothing who is none. */
  grantsOf(operator: string): readonly Grant[] {
    const found = this.#parts.roster().find(operator);
    if (found === null) return [];
    return this.#parts.hasPass(operator) ? everything : grantsAt(found.roles, this.#parts.now());
  }

  /** How a role stands now. */
  standingOf(grant: Grant): GrantStanding {
    return standingOf(grant, this.#parts.now());
  }

  judge(caller: Caller | null, role: Role, place: Place): Judgement {
    if (!this.inForce) return { allowed: true, text: noRoles };
    if (caller === null) return { allowed: false, text: nobody };
    if (caller.kind === "console") return { allowed: true, text: asked };
    if (caller.kind === "run" && isGranted(caller.begunWith ?? [], role, place)) {
      return { allowed: true, text: begun(caller.name) };
    }
    const { person } = caller;
    if (person === null) return { allowed: false, text: nobody };
    const { roles = [], name = person } = this.#parts.roster().find(person) ?? {};
    const at = this.#parts.now();
    if (isGranted(grantsAt(roles, at), role, place)) return { allowed: true, text: has(name, role) };
    if (isGranted(this.grantsOf(person), role, place)) return { allowed: true, text: taken(name) };
    const why = notNow(name, roles, { role, place, at }) ?? lacks(name, role, place);
    return { allowed: false, text: joined(why, whoElse(this.holders(role, place))) };
  }

  /** The operators who have a role at a place now, by their roles or by break-glass; all of them while nobody has a role. */
  holders(role: Role, place: Place): { id: string; name: string }[] {
    const all = this.#parts.roster().all();
    const able = this.inForce ? all.filter(({ id }) => isGranted(this.grantsOf(id), role, place)) : all;
    return able.map(({ id, name }) => ({ id, name }));
  }

  /** Throws OpsError `people.sign-in-needed` or `people.no-right`. */
  demand(caller: Caller | null, role: Role, place: Place): void {
    const { allowed, text: words } = this.judge(caller, role, place);
    if (allowed) return;
    throw caller === null || caller.person === null ? faults.signInNeeded() : faults.noRight(words);
  }
}

/** Names that one sentence says. */
const mostNamed = 5;

/** Who has a right, as the end of a sentence that says who does not. */
function whoElse(holders: readonly { name: string }[]): LocalText {
  if (holders.length === 0) {
    return text("Nobody in the estate has that right.", "Personne dans le parc n'a ce droit.");
  }
  const names = holders.slice(0, mostNamed).map(({ name }) => name);
  const more = holders.length - names.length;
  return text(
    `Those who have it: ${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}.`,
    `Ceux qui l'ont : ${names.join(", ")}${more > 0 ? ` et ${more} de plus` : ""}.`,
  );
}

function joined(one: LocalText, other: LocalText): LocalText {
  return text(`${one.en} ${other.en}`, `${one.fr} ${other.fr}`);
}

const noRoles = text(
  "No operator has a role in this estate: everybody may do everything.",
  "Aucun opérateur n'a de rôle dans ce parc : chacun peut tout faire.",
);
const nobody = text(
  "Nobody has signed in at this window; it may only look.",
  "Personne ne s'est identifié dans cette fenêtre ; elle ne peut que regarder.",
);
const asked = text(
  "Whether somebody may do it is judged once they ask for it.",
  "Le droit de le faire est jugé au moment où quelqu'un le demande.",
);

function begun(name: string): LocalText {
  return text(
    `${name} had the right when the run was begun.`,
    `${name} en avait le droit quand l'exécution a commencé.`,
  );
}

function has(name: string, role: Role): LocalText {
  return text(`${name} has the role “${role}” here.`, `${name} a le rôle « ${role} » ici.`);
}

function taken(name: string): LocalText {
  return text(
    `${name} has taken every right by break-glass.`,
    `${name} a pris tous les droits par bris de glace.`,
  );
}

/** Where a role would give the right at another time: when it ended, or from when on it does; null where none would. */
function notNow(
  name: string,
  roles: readonly Grant[],
  { role, place, at }: { role: Role; place: Place; at: number },
): LocalText | null {
  const spans = roles.filter((grant) => isGranted([grant], role, place)).map(spanOf);
  const ended = Math.max(...spans.map(({ until }) => until).filter((until) => until <= at));
  if (Number.isFinite(ended)) {
    const when = minuteInWords(ended);
    return text(
      `The role that gave ${name} “${role}” for it ended on ${when}.`,
      `Le rôle qui donnait « ${role} » à ${name} pour cela a pris fin le ${when}.`,
    );
  }
  const begins = Math.min(...spans.map(({ from }) => from).filter((from) => from > at));
  if (!Number.isFinite(begins)) return null;
  const when = minuteInWords(begins);
  return text(
    `${name} has the role “${role}” here from ${when} on, and not before.`,
    `${name} n'a le rôle « ${role} » ici qu'à partir du ${when}.`,
  );
}

function lacks(name: string, role: Role, place: Place): LocalText {
  if (place === "anywhere") {
    return text(`${name} has the role “${role}” nowhere.`, `${name} n'a le rôle « ${role} » nulle part.`);
  }
  if (place === "everywhere") {
    return text(
      `${name} does not have the role “${role}” for the whole estate.`,
      `${name} n'a pas le rôle « ${role} » pour tout le parc.`,
    );
  }
  const { site, environment } = place;
  return text(
    `${name} does not have the role “${role}” at the site ${site ?? "—"}, environment ${environment ?? "—"}.`,
    `${name} n'a pas le rôle « ${role} » sur le site ${site ?? "—"}, environnement ${environment ?? "—"}.`,
  );
}
