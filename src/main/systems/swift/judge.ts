import type { OpsError } from "../../../shared/errors.ts";
import type { FactValue, Problem } from "../../../shared/resource.ts";
import { type LocalText, text } from "../../../shared/text.ts";
import type { Measured } from "./canary.ts";
import { type Direction, directionOf, fencingKey, type Replication, type SideState } from "./replication.ts";

export interface Seen {
  replication: Replication;
  states: readonly [SideState, SideState];
  /** The key that both should have; null where it cannot be read. */
  key: string | null;
  measured: Measured | null;
  /** The last measurement in which the object arrived. */
  arrived: Measured | null;
  /** Why the last measurement came to nothing. */
  failure: OpsError | null;
}

/** The facts of a replication, by the state of its two containers and the last measurement. */
export function replicationFacts({
  states,
  measured,
  arrived,
  replication,
}: Seen): Record<string, FactValue> {
  const direction = directionOf(states);
  const way = direction.way === "one-way" ? direction : null;
  // While an end is silent, what was measured before is what is known of the data that the other has.
  const isKept = direction.way === "unknown";
  const newest = measured && (isKept || fits(direction, measured)) ? measured : null;
  const good = newest && arrived?.from === newest.from && arrived.to === newest.to ? arrived : null;
  return {
    "replication.guest": replication.of,
    "replication.from": way?.from.end ?? null,
    "replication.to": way?.to.end ?? null,
    "replication.lag": newest && good ? Math.round(lagOf(newest, good) / 1000) : null,
    "replication.measured": newest?.at ?? null,
    "replication.last": good?.at ?? null,
  };
}

/**
 * Milliseconds by which the target is behind: where the newest object did not arrive, all that was put since the last one
 * that did may be missing.
 */
function lagOf(newest: Measured, good: Measured): number {
  return newest.arrived ? newest.lag : newest.at - (good.at - good.lag);
}

/** Only what was measured the way that objects go now says something. */
export function fits(direction: Direction, measured: Measured | null): boolean {
  return (
    direction.way === "one-way" && measured?.from === direction.from.end && measured.to === direction.to.end
  );
}

/** What is wrong with a replication. */
export function replicationProblems(seen: Seen): Problem[] {
  const { states, key, measured, replication } = seen;
  const direction = directionOf(states);
  const problems = [...states.flatMap(silent), ...wayProblems(direction, states)];
  problems.push(...keyProblems(states, direction, key));
  if (seen.failure) problems.push(notMeasured(seen.failure));
  else if (measured && fits(direction, measured)) problems.push(...lagProblems(replication, measured));
  return problems;
}

function silent({ side, error }: SideState): Problem[] {
  if (error === null) return [];
  const words = error.text;
  return [
    {
      code: "swift.end-silent",
      health: "critical",
      text: text(
        `The container at ${side.name} cannot be read: ${words.en}`,
        `Le conteneur à ${side.name} ne peut pas être lu : ${words.fr}`,
      ),
    },
  ];
}

function wayProblems({ way }: Direction, states: readonly SideState[]): Problem[] {
  const critical = (code: string, words: LocalText): Problem[] => [{ code, health: "critical", text: words }];
  if (way === "both-ways") {
    return critical(
      "swift.both-ways",
      text(
        "Each of the two containers is copied to the other: what is older or was deleted at one may come back from the other.",
        "Chacun des deux conteneurs est copié vers l'autre : ce qui a été supprimé d'un côté peut revenir de l'autre.",
      ),
    );
  }
  if (way === "none") {
    return critical(
      "swift.not-replicated",
      text(
        "Neither container is copied to the other.",
        "Aucun des deux conteneurs n'est copié vers l'autre.",
      ),
    );
  }
  const [stray] = states.filter(({ sends }) => sends === "elsewhere");
  if (stray?.head) {
    return critical(
      "swift.elsewhere",
      text(
        `${stray.side.name} copies to ${stray.head.syncTo}, which is not the other end.`,
        `${stray.side.name} copie vers ${stray.head.syncTo}, qui n'est pas l'autre extrémité.`,
      ),
    );
  }
  return [];
}

function keyProblems(states: readonly SideState[], { way }: Direction, key: string | null): Problem[] {
  const heads = states.flatMap(({ side, head }) => (head ? [{ side, head }] : []));
  const fenced =
    key === null ? undefined : heads.find(({ side, head }) => head.syncKey === fencingKey(key, side));
  if (fenced) {
    const { name } = fenced.side;
    return [
      {
        code: "swift.fenced",
        health: "warning",
        text: text(
          `${name} refuses what the other end sends, and sends it nothing: it was made the source while that was gone. Invert to it again once that is back.`,
          `${name} refuse ce que l'autre extrémité envoie et ne lui envoie rien : elle est devenue la source pendant l'absence de l'autre. Inversez de nouveau vers elle une fois l'autre revenue.`,
        ),
      },
    ];
  }
  const [one, other] = heads;
  if (
    !one ||
    !other ||
    way === "none" ||
    (one.head.syncKey !== null && one.head.syncKey === other.head.syncKey)
  )
    return [];
  return [
    {
      code: "swift.keys-differ",
      health: "critical",
      text: text(
        "The two containers do not have the same key: nothing is taken from the source.",
        "Les deux conteneurs n'ont pas la même clé : rien n'est accepté de la source.",
      ),
    },
  ];
}

function notMeasured({ text: words }: OpsError): Problem {
  return {
    code: "swift.not-measured",
    health: "warning",
    text: text(
      `The lag could not be measured: ${words.en}`,
      `Le retard n'a pas pu être mesuré : ${words.fr}`,
    ),
  };
}

function lagProblems({ lagWithin }: Replication, { lag, arrived }: Measured): Problem[] {
  const seconds = Math.round(lag / 1000);
  if (!arrived) {
    const words = text(
      `A small object put at the source was not at the target after ${seconds} s.`,
      `Un petit objet déposé à la source n'était pas à la cible au bout de ${seconds} s.`,
    );
    return [{ code: "swift.not-arriving", health: "critical", text: words }];
  }
  if (lag <= lagWithin) return [];
  const most = Math.round(lagWithin / 1000);
  const words = text(
    `The target is ${seconds} s behind; ${most} s are allowed.`,
    `La cible a ${seconds} s de retard ; ${most} s sont admises.`,
  );
  return [{ code: "swift.behind", health: "warning", text: words }];
}
