import { z } from "zod";
import { secondInWords } from "../../../../shared/amount-words.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { Action } from "../../../actions/action.ts";
import type { Measured } from "../canary.ts";
import type { Replication, Side, SideState } from "../replication.ts";

/** What `swift.invert-sync` is asked for. */
export const inputSchema = z.object({
  /** The end whose container is the source afterwards. */
  to: z.string().min(1).max(100),
  /** The other end is gone, or given up: it is not asked, and what was not copied from it is lost. */
  sourceGone: z.boolean().default(false),
});
export type Wanted = z.infer<typeof inputSchema>;

/** Both ends, by what they are to be. */
export interface Roles {
  source: SideState;
  target: SideState;
  /** The one that was made the source without the other, and has not been copied to it since. */
  fenced: "source" | "target" | null;
}

/** Whether what was put at the other end is to be waited for; a fenced source takes nothing, and is not to. */
export function isAwaited({ target, fenced }: Roles, { sourceGone }: Wanted): boolean {
  return target.sends === "to-other" && fenced === null && !sourceGone;
}

/** Why it cannot be done as things stand; null when it can. */
export function obstacleOf({ source, target, fenced }: Roles, { sourceGone }: Wanted): LocalText | null {
  if (source.error) {
    const { en, fr } = source.error.text;
    return text(
      `${source.side.name}, which is to be the source, cannot be asked: ${en}`,
      `${source.side.name}, qui doit devenir la source, ne peut pas être interrogé : ${fr}`,
    );
  }
  if (target.error && !sourceGone) {
    const { en, fr } = target.error.text;
    return text(
      `${target.side.name} cannot be asked: ${en} If it is gone, say so by \`sourceGone\`; what was not copied from it is given up.`,
      `${target.side.name} ne peut pas être interrogé : ${fr} S'il a disparu, indiquez-le par « sourceGone » ; ce qui n'en a pas été copié est abandonné.`,
    );
  }
  if (fenced === "target" && !sourceGone) {
    const [here, there] = [source.side.name, target.side.name];
    return text(
      `${there} was made the source while ${here} was gone, and nothing of it was copied since. Invert to ${there} first, so that ${here} gets it.`,
      `${there} est devenu la source pendant l'absence de ${here}, et rien n'en a été copié depuis. Inversez d'abord vers ${there}, pour que ${here} le reçoive.`,
    );
  }
  if (target.side.address() === null) {
    return text(
      `The address of ${target.side.name} is not known before it was reached once: name it under \`address\` in the estate file.`,
      `L'adresse de ${target.side.name} n'est pas connue tant qu'il n'a pas été joint : indiquez-la sous « address » dans le fichier de parc.`,
    );
  }
  return null;
}

/** The fields of the preview, with the ends that there are to choose from. */
export function fieldsOf(replication: Replication | null): Action["fields"] {
  const choices = (replication?.sides ?? []).map(({ end, name }) => ({
    value: end,
    label: text(name, name),
  }));
  return [
    {
      name: "to",
      label: text("The source afterwards", "La source ensuite"),
      type: choices.length > 0 ? "choice" : "text",
      required: true,
      choices,
      initial: null,
    },
    {
      name: "sourceGone",
      label: text(
        "The present source is gone: give up what was not copied",
        "La source actuelle a disparu : abandonner ce qui n'a pas été copié",
      ),
      type: "boolean",
      required: false,
      choices: [],
      initial: false,
    },
  ];
}

/** Steps, proof and undo, by what is asked for alone. */
export function inWords({ sides }: Replication, { to, sourceGone }: Wanted) {
  const source = sides.find(({ end }) => end === to)?.name ?? to;
  const target = sides.find(({ end }) => end !== to)?.name ?? "";
  return {
    steps: [
      ...(sourceGone ? [goOnWithout(target)] : [awaitIt(source, target), endIt(target)]),
      begin(source, target),
    ],
    proof: sourceGone
      ? text(
          `${source} has ${target} as its target, and refuses what that still sends.`,
          `${source} a ${target} pour cible, et refuse ce que celui-ci enverrait encore.`,
        )
      : text(
          `A small object put at ${source} arrives at ${target}.`,
          `Un petit objet déposé à ${source} arrive à ${target}.`,
        ),
    undo: text("The direction of before is set again.", "Le sens d'avant est rétabli."),
  };
}

/** What exactly is done as both stand now. */
export function stepsOf(roles: Roles, wanted: Wanted): LocalText[] {
  const [source, target] = [roles.source.side.name, roles.target.side.name];
  if (wanted.sourceGone) return [goOnWithout(target), begin(source, target)];
  return [
    ...(isAwaited(roles, wanted) ? [awaitIt(source, target)] : []),
    ...(roles.target.sends === "nowhere" ? [] : [endIt(target)]),
    begin(source, target),
  ];
}

const awaitIt = (source: string, target: string) =>
  text(
    `Wait until ${source} has what was put at ${target}.`,
    `Attendre que ${source} ait ce qui a été déposé à ${target}.`,
  );
const endIt = (target: string) => text(`End what ${target} sends.`, `Arrêter ce que ${target} envoie.`);
const goOnWithout = (target: string) =>
  text(
    `Go on without ${target}; where it answers, end what it sends.`,
    `Continuer sans ${target} ; s'il répond, arrêter ce qu'il envoie.`,
  );
const begin = (source: string, target: string) =>
  text(
    `Have ${source} copied to ${target}, with the key at both.`,
    `Faire copier ${source} vers ${target}, avec la clé des deux côtés.`,
  );

/** How both stand, and what is given up with a source that is gone. */
export function needed(roles: Roles, { sourceGone }: Wanted, arrived: Measured | null): LocalText {
  const now = wayWords(roles);
  if (!sourceGone) return now;
  const { source, target } = roles;
  if (arrived?.from !== target.side.end || arrived.to !== source.side.end) {
    return text(
      `${now.en} Nobody has measured how much of ${target.side.name} was copied.`,
      `${now.fr} Nul n'a mesuré ce qui de ${target.side.name} a été copié.`,
    );
  }
  const at = secondInWords(arrived.at - arrived.lag);
  return text(
    `${now.en} What was put at ${target.side.name} after ${at} may not have been copied.`,
    `${now.fr} Ce qui a été déposé à ${target.side.name} après ${at} n'a peut-être pas été copié.`,
  );
}

/** An end that the replication does not have. */
export function noSuchEnd({ sides }: Replication, { to }: Wanted): LocalText {
  const ends = sides.map(({ end }) => end).join(", ");
  return text(`${to} is none of its ends: ${ends}.`, `${to} n'est pas l'une de ses extrémités : ${ends}.`);
}

/** How both stand. */
export function wayWords({ source, target }: Roles): LocalText {
  const words = ({ side, sends }: SideState): LocalText => {
    if (sends === "to-other")
      return text(`${side.name} is copied to the other.`, `${side.name} est copié vers l'autre.`);
    if (sends === "nowhere")
      return text(`${side.name} is copied nowhere.`, `${side.name} n'est copié nulle part.`);
    if (sends === "unknown") return text(`${side.name} does not answer.`, `${side.name} ne répond pas.`);
    return text(`${side.name} is copied elsewhere.`, `${side.name} est copié ailleurs.`);
  };
  const [one, other] = [words(source), words(target)];
  return text(`${one.en} ${other.en}`, `${one.fr} ${other.fr}`);
}

/** What stands after a source that is gone was given up. */
export function fencedWords(source: Side, target: Side): LocalText {
  return text(
    `${source.name} is the source. ${target.name} is to be corrected when it is back: run this again then, without \`sourceGone\`.`,
    `${source.name} est la source. ${target.name} sera à corriger à son retour : relancez alors cette action, sans « sourceGone ».`,
  );
}

export const nothingToPutBack = text(
  "Before, not exactly one of the two was copied to the other; there is no direction to go back to.",
  "Auparavant, il n'y avait pas exactement un sens de copie ; il n'y a pas de sens à rétablir.",
);
