import { z } from "zod";
import type { InputField, Probe } from "../../shared/action.ts";
import { type LocalText, text } from "../../shared/text.ts";
import type { Action, ActionContext, Settlement, Verification } from "../actions/action.ts";
import { optionalField } from "../actions/optional-field.ts";
import type { Move, Moved } from "./guest-moves.ts";
import { namesOf, planWords, reasonsOf, remainingWords, type Stuck, stayedWords } from "./guest-words.ts";
import { type Away, awayByNames, awayByRecord, awayData } from "./guests-away.ts";

type Json = z.core.util.JSONType;

/** What every evacuation of a host is, whichever hypervisor it is of. */
export const evacuating = {
  title: text("Evacuate", "Évacuer"),
  verb: text("Evacuate", "Évacuer"),
  risk: "disruptive",
  effect: "convergent",
  bulk: false,
  probeLimit: 60_000,
} as const satisfies Partial<Action>;

/** What every way back to a host is. */
export const bringingBack = {
  title: text("Bring its VMs back", "Faire revenir ses VM"),
  verb: text("Bring back the VMs of", "Faire revenir les VM de"),
  risk: "safe",
  effect: "convergent",
  bulk: false,
  probeLimit: 60_000,
} as const satisfies Partial<Action>;

/** How an evacuation is undone. */
export const goBackWords = text(
  "Those that it moved go back, unless somebody has moved them on.",
  "Celles qu'elle a déplacées reviennent, sauf si quelqu'un les a déplacées depuis.",
);

/** The step of the way back to a host. */
export function moveBackWords({ name }: { name: string }): LocalText {
  return text(
    `Move the VMs back to ${name} that had left it and that nobody has moved on since.`,
    `Ramener sur ${name} les VM qui l'avaient quitté et que personne n'a déplacées depuis.`,
  );
}

export function limitField(initial: number): InputField {
  return optionalField("limit", text("VMs that move at a time", "VM déplacées à la fois"), "number", initial);
}

export const poweredOffField = optionalField(
  "poweredOff",
  text("Move VMs that are off too", "Déplacer aussi les VM éteintes"),
  "boolean",
  false,
);
export const allowStayingField = optionalField(
  "allowStaying",
  text("Go on although some cannot move", "Continuer même si certaines ne peuvent pas être déplacées"),
  "boolean",
  false,
);
export const withinLimitsField = optionalField(
  "withinLimits",
  text(
    "Keep to the environment's ceilings of memory and vCPUs",
    "Respecter les plafonds de mémoire et de vCPU de l'environnement",
  ),
  "boolean",
  true,
);

/** What the probe of an evacuation says of its plan: it is stuck where some must stay and that was not agreed to. */
export function plannedEvacuation(
  {
    moves,
    unplaced,
    allowStaying,
  }: { moves: readonly Move[]; unplaced: readonly Stuck[]; allowStaying: boolean },
  observed: Probe["observed"],
): Probe {
  const isStuck = unplaced.length > 0 && (!allowStaying || moves.length === 0);
  return {
    state: isStuck ? "impossible" : "needed",
    text: planWords(moves, unplaced, isStuck),
    observed: { ...observed, away: awayData(new Map(moves.map(({ vm, to }) => [vm, to]))) },
    steps: moves.slice(0, 50).map(({ name, toName }) => text(`${name} → ${toName}`, `${name} → ${toName}`)),
  };
}

/** How moves ended, as the journal keeps it. */
export function movedData({ moved, gone, refused, untried }: Moved): Record<string, Json> {
  return { moved, gone, refused: refusedData(refused), untried: untried.length };
}

const refusedSchema = z
  .array(z.object({ name: z.string(), why: z.object({ en: z.string(), fr: z.string() }) }))
  .catch([]);

/** What did not move and why, as the journal keeps it. */
export function refusedData(refused: readonly Stuck[]): Json {
  return refused.map(({ name, why }) => ({ name, why: { ...why } }));
}

/** Reads it back; what is no such thing is left out. */
export function refusedOf(data: Json | undefined): Stuck[] {
  return refusedSchema.parse(data);
}

/**
 * Whether all have left a host that were to leave, but those that it was agreed upon that they `stay` (identifiers). `data` is
 * what its moves left in the journal; `emptyWords` says that nothing is left.
 */
export function judgedEvacuation(
  {
    name,
    leaving,
    emptyWords,
  }: { name: string; leaving: readonly { id: string | number; name: string }[]; emptyWords: LocalText },
  stays: Json | undefined,
  data: Record<string, Json>,
): Verification {
  const agreed = new Set(Array.isArray(stays) ? stays : []);
  const remaining = leaving.filter(({ id }) => !agreed.has(String(id)));
  const moved = Array.isArray(data.moved) ? data.moved.length : 0;
  const kept = { left: leaving.map((guest) => guest.name).slice(0, 100), moved };
  if (remaining.length > 0) {
    const words = remainingWords(name, moved, remaining, refusedOf(data.refused));
    return { proven: false, text: words, data: kept };
  }
  const words = leaving.length === 0 ? emptyWords : stayedWords(namesOf(leaving));
  return { proven: true, text: words, data: kept };
}

/** What became of moves whose end nobody saw, by how their guests stand now. */
export function settledBy({ proven, text: words, data }: Verification): Settlement {
  return { effect: proven ? "happened" : "did-not-happen", text: words, data };
}

/** Words on guests that are not back, with why as far as that is known of them. */
export function withReasons(
  words: LocalText,
  away: readonly { name: string }[],
  refused: readonly Stuck[],
): LocalText {
  const because = reasonsOf(refused.filter(({ name }) => away.some((one) => one.name === name)));
  return text(`${words.en} ${because.en}`.trim(), `${words.fr} ${because.fr}`.trim());
}

/** Which guests are to come back: those that are named, or else those that the journal knows to have left. */
export function wantedBack(
  context: ActionContext,
  named: { words: string; guests: Iterable<{ id: string | number; name: string | null }> },
  actions: { departures: readonly string[]; noting: string; returning: string },
): Away {
  const { departures, noting, returning } = actions;
  const find = (isNamed: (id: string, name: string | null) => boolean) =>
    [...named.guests].flatMap(({ id, name }) => (isNamed(String(id), name) ? [String(id)] : []));
  return (
    awayByNames(named.words, find) ??
    awayByRecord(context.earlier?.([...departures, returning]) ?? [], [noting, returning])
  );
}
