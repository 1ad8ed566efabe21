import type { Status } from "../../shared/status.ts";
import { text } from "../../shared/text.ts";
import type { SshTarget } from "./reach.ts";
import type { Standings } from "./standings.ts";

type Seen = Status["reach"]["hops"][number]["seen"];

/**
 * From where a hop sees this workstation, as far as that is known: what it told when it was last logged in to, before that
 * the address that this workstation would use towards it, which its own allowlist is judged by. `isAsked`: whether any
 * allowlist is declared, so that hops are asked at all.
 */
export function seenFrom(hop: SshTarget, standings: Standings, isAsked: boolean): Seen {
  const own = standings.of(hop);
  const state = own?.state ?? "unknown";
  if (!isAsked) return { state, address: null, at: null, text: notAsked };
  if (hop.via !== null) {
    const first = standings.firstOf(hop);
    const words = text(
      `It is reached through ${first.name}, which is what sees this workstation.`,
      `Il est joint à travers ${first.name}, et c'est celui-ci qui voit ce poste.`,
    );
    return { state, address: null, at: own?.at ?? null, text: words };
  }
  const observed = standings.observed(hop.id);
  if (observed && observed.address === null) return { state, address: null, at: observed.at, text: silent };
  if (observed) {
    const { address, at } = observed;
    const words = text(`It sees this workstation as ${address}.`, `Il voit ce poste comme ${address}.`);
    return { state: behind(hop, standings) ?? state, address, at, text: words };
  }
  if (own === null || own.address === null)
    return { state, address: null, at: own?.at ?? null, text: unknown };
  const words = text(
    `This workstation would use ${own.address} towards it; how it sees that is known once it has been logged in to.`,
    `Ce poste utiliserait ${own.address} vers lui ; on saura comment il le voit après une première connexion.`,
  );
  return { state, address: own.address, at: own.at, text: words };
}

/** Outside towards anything that is reached through a hop is outside there. */
function behind(hop: SshTarget, standings: Standings): Seen["state"] | null {
  const own = standings.of(hop);
  const judged = standings.through(hop.id);
  const states = [...(own ? [own] : []), ...judged].map(({ state }) => state);
  return states.includes("outside") ? "outside" : (states.find((state) => state === "inside") ?? null);
}

const notAsked = text(
  "No allowlist is declared, so it is not asked from where it sees this workstation.",
  "Aucune liste d'adresses autorisées n'est déclarée : on ne lui demande pas d'où il voit ce poste.",
);
const silent = text(
  "It does not tell from where it sees this workstation; what asks for an allowlist behind it is not reached.",
  "Il n'indique pas d'où il voit ce poste ; ce qui exige une liste autorisée derrière lui n'est pas joint.",
);
const unknown = text(
  "From where it sees this workstation is known once it has been logged in to.",
  "On saura d'où il voit ce poste après une première connexion.",
);
