import { z } from "zod";
import { shownText } from "./shown.ts";
import { type LocalText, localTextSchema, text } from "./text.ts";

/** What of an error may cross to the screen or into the journal: no stack, no raw body, no secret. */
export const wireErrorSchema = z.object({
  code: z.string(),
  system: z.string(),
  message: localTextSchema,
  hint: localTextSchema,
});
export type WireError = z.infer<typeof wireErrorSchema>;

/**
 * An error that a person can act on: `message` says in one sentence what happened, `hint` in one what
 * to do. `code` is stable (`area.what-happened`), `system` names the part that met it. `cause` stays in
 * the process: it is neither shown nor journalled.
 */
export class OpsError extends Error {
  readonly code: string;
  readonly system: string;
  readonly text: LocalText;
  readonly hint: LocalText;

  constructor(parts: { code: string; system: string; message: LocalText; hint: LocalText; cause?: unknown }) {
    // Words of far sides get into errors, and errors onto terminals, into logs and reports.
    const message = shownText(parts.message);
    super(message.en, { cause: parts.cause });
    this.name = "OpsError";
    this.code = parts.code;
    this.system = parts.system;
    this.text = message;
    this.hint = shownText(parts.hint);
  }

  /** The plain form for the contract, the journal and the command line. */
  toWire(): WireError {
    return { code: this.code, system: this.system, message: this.text, hint: this.hint };
  }
}

/** Turns anything thrown into an OpsError; what was not foreseen keeps its details to itself. */
export function toOpsError(thrown: unknown, system: string): OpsError {
  if (thrown instanceof OpsError) return thrown;
  if (thrown instanceof Error && thrown.name === "AbortError") {
    return new OpsError({
      code: "general.cancelled",
      system,
      message: text("The operation was cancelled.", "L'opération a été annulée."),
      hint: text("Start it again when you are ready.", "Relancez-la quand vous êtes prêt."),
      cause: thrown,
    });
  }
  return new OpsError({
    code: "general.unexpected",
    system,
    message: text("Something failed that was not foreseen.", "Une défaillance imprévue s'est produite."),
    hint: text(
      "Try again; if it comes back, look into the console's log file.",
      "Réessayez ; si elle revient, consultez le fichier journal de la console.",
    ),
    cause: thrown,
  });
}
