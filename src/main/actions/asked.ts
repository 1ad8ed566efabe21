import type { StartRequest } from "../../shared/action.ts";
import type { OpsError } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";
import type { Action } from "./action.ts";
import { asData, type Requested } from "./action-events.ts";
import { redactInput } from "./redaction.ts";
import { childId } from "./task-fold.ts";
import type { StepOrigin, Work } from "./task-run.ts";

/** What was asked for and found to make sense: an action, or its undo, on some resources. */
export interface Asked {
  action: Action;
  verb: Work["verb"];
  items: Requested["resources"];
  input: Record<string, unknown>;
  request: Pick<StartRequest, "reason" | "concurrency" | "deadline">;
  objection: OpsError | null;
  /** For an undo: what the probes of the undone tasks had seen, by task. */
  probes: ReadonlyMap<string, NonNullable<Work["undoes"]>["probe"]>;
  origin: StepOrigin | null;
}

/** The request as the journal has it, and the works that it consists of under the task `id`. */
export function breakDown(
  id: string,
  asked: Asked,
  redact: (words: string) => string,
): { requested: Requested; works: Work[] } {
  const { action, verb, items, input, request, objection, probes, origin } = asked;
  const bulk = items.length > 1;
  const shown = action.journalled?.(input) ?? input;
  const clean = redactInput(asData(shown), redact);
  const journalled = { ...clean, redacted: clean.redacted || shown !== input };
  const undoTitle = text(`Undo: ${action.title.en}`, `Défaire : ${action.title.fr}`);
  const requested: Requested = {
    action: action.id,
    verb,
    title: verb === "undo" ? undoTitle : action.title,
    bulk,
    resources: items,
    input: journalled.input,
    reason: request.reason,
    concurrency: request.concurrency,
    deadline: request.deadline,
    origin: origin && { run: origin.run, step: origin.step, attempt: origin.attempt },
  };
  const works = items.map((item, index): Work => {
    const probe = item.undoes === null ? undefined : probes.get(item.undoes);
    return {
      task: bulk ? childId(id, index) : id,
      action: action.id,
      verb,
      resource: item.id,
      input,
      journalled,
      reason: request.reason,
      objection,
      undoes: item.undoes !== null && probe !== undefined ? { task: item.undoes, probe } : null,
      origin,
    };
  });
  return { requested, works };
}
