import { minuteInWords } from "../../shared/amount-words.ts";
import { text } from "../../shared/text.ts";
import type { Guard } from "../actions/action.ts";

/**
 * Warns before anything disruptive is done by somebody else to what is in maintenance: whoever put it there may have
 * it open. A reason opens it. What the console's own marks do is not held up.
 */
export function maintenanceGuard(isMe: (name: string) => boolean): Guard {
  return {
    id: "maintenance",
    check: (action, { name, maintenance }) => {
      if (!maintenance) {
        return {
          guard: "maintenance",
          allowed: true,
          text: text(`${name} is not in maintenance.`, `${name} n'est pas en maintenance.`),
        };
      }
      const since = minuteInWords(maintenance.since);
      const own = isMe(maintenance.by);
      return {
        guard: "maintenance",
        allowed: own || action.risk === "safe",
        text: text(
          `${name} is in maintenance by ${maintenance.by} since ${since}${colon(maintenance.reason)}.`,
          `${name} est en maintenance par ${maintenance.by} depuis ${since}${colon(maintenance.reason, " ")}.`,
        ),
        opensWithReason: true,
      };
    },
  };
}

/** A guard that lets the console's own marks pass: they reach nothing, and a dead machine is what they are made for. */
export function exceptMarks(guard: Guard): Guard {
  return {
    id: guard.id,
    check: (action, resource) =>
      action.id.startsWith("console.")
        ? {
            guard: guard.id,
            allowed: true,
            text: text("Nothing far away is asked or changed.", "Rien n'est demandé ni modifié à distance."),
          }
        : guard.check(action, resource),
  };
}

function colon(reason: string, space = ""): string {
  return reason === "" ? "" : `${space}: ${reason}`;
}
