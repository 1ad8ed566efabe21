import type { Status } from "../../shared/status.ts";
import { type LocalText, text } from "../../shared/text.ts";
import type { Forwards } from "./forward.ts";
import type { Lane, LaneState } from "./lane.ts";
import { lastFailure } from "./pool.ts";
import type { SshTarget } from "./reach.ts";
import { seenFrom } from "./seen-from.ts";
import type { Standing, Standings } from "./standings.ts";

type ReachStatus = Status["reach"];

const order: LaneState[] = ["connected", "connecting", "failed", "idle"];

/** The masthead's view: whether we are inside the allowlists, and how each hop stands and sees this workstation. */
export function reachStatus(
  hops: readonly { target: SshTarget; lanes: readonly Lane[] }[],
  forwards: Forwards,
  standings: Standings,
  isAsked: boolean,
): ReachStatus {
  return {
    ...roundUp(standings.all(), isAsked),
    hops: hops.map(({ target, lanes }) => ({
      ...hopStatus(target, lanes),
      seen: seenFrom(target, standings, isAsked),
    })),
    outside: standings
      .outsideSystems()
      .filter(({ system }) => system !== "")
      .map(({ system, standing }) => ({ system, text: standing.text })),
    forwards: forwards.list(),
  };
}

function hopStatus(target: SshTarget, lanes: readonly Lane[]): Omit<ReachStatus["hops"][number], "seen"> {
  const state = order.find((candidate) => lanes.some((lane) => lane.state === candidate)) ?? "idle";
  const connections = lanes.flatMap((lane) => [...lane.connections]);
  const since = connections.map((connection) => connection.since);
  return {
    id: target.id,
    name: target.name,
    state,
    text: stateText(state, lanes),
    channels: connections.reduce((sum, connection) => sum + connection.channels, 0),
    since: since.length > 0 ? Math.min(...since) : null,
  };
}

function stateText(state: LaneState, lanes: readonly Lane[]): LocalText {
  switch (state) {
    case "connected":
      return text("Connected.", "Connecté.");
    case "connecting":
      return text("Connecting…", "Connexion en cours…");
    case "idle":
      return text("Not needed at the moment.", "Pas nécessaire pour le moment.");
    case "failed":
      return lastFailure(lanes)?.text ?? text("Not reached.", "Non joint.");
  }
}

/** Outside anything is outside; inside everything is inside; else it is not known. */
function roundUp(standings: readonly Standing[], isDeclared: boolean): Pick<ReachStatus, "state" | "text"> {
  const worst =
    standings.find(({ state }) => state === "outside") ??
    standings.find(({ state }) => state === "unknown") ??
    standings[0];
  if (worst) return { state: worst.state, text: worst.text };
  return { state: "unknown", text: isDeclared ? notJudged : noneDeclared };
}

const notJudged = text(
  "Nothing that asks for an allowlist was about to be reached yet.",
  "Rien de ce qui exige une liste d'adresses autorisées n'a encore été sollicité.",
);
const noneDeclared = text("No allowlist is declared.", "Aucune liste d'adresses autorisées n'est déclarée.");
