import type { Status } from "../../shared/status.ts";
import { type LocalText, text } from "../../shared/text.ts";
import type { AllowlistVerdict } from "./allowlist-gate.ts";
import type { Forwards } from "./forward.ts";
import type { Lane, LaneState } from "./lane.ts";
import { lastFailure } from "./pool.ts";
import type { SshTarget } from "./reach.ts";

type ReachStatus = Status["reach"];

const order: LaneState[] = ["connected", "connecting", "failed", "idle"];

/** The masthead's view: whether we are inside the allowlists, and how each hop stands. */
export function reachStatus(
  hops: readonly { target: SshTarget; lanes: readonly Lane[] }[],
  forwards: Forwards,
  verdicts: readonly AllowlistVerdict[],
): ReachStatus {
  return {
    ...roundUp(verdicts),
    hops: hops.map(({ target, lanes }) => hopStatus(target, lanes)),
    forwards: forwards.list(),
  };
}

function hopStatus(target: SshTarget, lanes: readonly Lane[]): ReachStatus["hops"][number] {
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
function roundUp(verdicts: readonly AllowlistVerdict[]): Pick<ReachStatus, "state" | "text"> {
  const judged = verdicts.filter(({ ranges }) => ranges.length > 0);
  const worst =
    judged.find(({ state }) => state === "outside") ??
    judged.find(({ state }) => state === "unknown") ??
    judged[0];
  return worst
    ? { state: worst.state, text: worst.text }
    : {
        state: "unknown",
        text: text("No allowlist is declared.", "Aucune liste d'adresses autorisées n'est déclarée."),
      };
}
