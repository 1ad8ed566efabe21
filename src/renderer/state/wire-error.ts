import { ORPCError } from "@orpc/client";
import { OpsError, type WireError, wireErrorSchema } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";

/** Thrown by a call when the channel to the console is not there. */
export class ConnectionLost extends Error {
  readonly wire: WireError;

  constructor(wire: WireError) {
    super(wire.message.en);
    this.name = "ConnectionLost";
    this.wire = wire;
  }
}

/** The channel was lost, before or during a call; what a call had begun shows in the task panel. */
export function connectionLost(): ConnectionLost {
  return new ConnectionLost({
    code: "renderer.connection-lost",
    system: "renderer",
    message: text(
      "The connection to the console was lost before it answered.",
      "La connexion à la console a été perdue avant sa réponse.",
    ),
    hint: text(
      "Wait until it is back, then look at the task panel before you start anything again.",
      "Attendez son retour, puis consultez le panneau des tâches avant de relancer quoi que ce soit.",
    ),
  });
}

/** No answer came within the time that a call is given. */
export function callTimedOut(seconds: number): ConnectionLost {
  return new ConnectionLost({
    code: "renderer.no-answer",
    system: "renderer",
    message: text(
      `The console did not answer within ${seconds} seconds.`,
      `La console n'a pas répondu en ${seconds} secondes.`,
    ),
    hint: text(
      "Look at the task panel to see whether it began, then try again.",
      "Vérifiez dans le panneau des tâches si l'opération a commencé, puis réessayez.",
    ),
  });
}

/**
 * Whatever a call, or what was typed for one, threw, as message and hint for the screen. Main sends an OpsError's plain form as the error's
 * data; a refused input and anything unforeseen get words of their own and keep their details to themselves.
 */
export function toWireError(thrown: unknown): WireError {
  if (thrown instanceof ConnectionLost) return thrown.wire;
  if (thrown instanceof OpsError) return thrown.toWire();
  if (thrown instanceof ORPCError) {
    const carried = wireErrorSchema.safeParse(thrown.data);
    if (carried.success) return carried.data;
    if (thrown.code === "BAD_REQUEST") {
      return {
        code: "renderer.refused-input",
        system: "renderer",
        message: text("The console refused what was entered.", "La console a refusé ce qui a été saisi."),
        hint: text(
          "Check every field: one is empty, too long or of the wrong form.",
          "Vérifiez chaque champ : l'un d'eux est vide, trop long ou mal formé.",
        ),
      };
    }
  }
  return {
    code: "renderer.unexpected",
    system: "renderer",
    message: text("Something failed that was not foreseen.", "Une défaillance imprévue s'est produite."),
    hint: text(
      "Try again; if it comes back, look into the console's log file.",
      "Réessayez ; si elle revient, consultez le fichier journal de la console.",
    ),
  };
}

/** True when a call ended because its own caller no longer wanted it. */
export function isAborted(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === "AbortError";
}
