import type { Step, StepWords } from "../../../../shared/procedure.ts";
import type { Resource } from "../../../../shared/resource.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import { factLabel } from "../known-facts.ts";
import { wholePlaceholder } from "../placeholders.ts";
import type { Context } from "./context.ts";
import type { PlanParts } from "./parts.ts";
import { filledTitle, localWords } from "./words.ts";

/** What a step is called: its own title, or what it does in words. */
export function titleOf(step: Step, context: Context, parts: PlanParts): LocalText {
  if (step.title !== undefined) return filledTitle(step.title, context);
  if (step.action !== undefined) return actionTitle(step.action, step.on, context, parts);
  if (step.gate) return filledTitle(step.gate.text, context);
  if (step.wait) return waitTitle(step.wait, context, parts);
  const words: StepWords | undefined =
    step.procedure === undefined ? undefined : parts.procedures[step.procedure]?.title;
  return words === undefined ? text(step.id, step.id) : localWords(words);
}

/** The resource that a step names: by a placeholder, or by its identifier. */
export function namedResource(words: string, context: Context, parts: PlanParts): Resource | null {
  const [name = ""] = wholePlaceholder(words) ?? [];
  if (name === "") return parts.resource(words);
  const bound = Object.hasOwn(context.bindings, name) ? context.bindings[name] : undefined;
  return bound?.kind === "resource" ? parts.resource(bound.id) : null;
}

function actionTitle(action: string, on: string | undefined, context: Context, parts: PlanParts): LocalText {
  const resource = on === undefined ? null : namedResource(on, context, parts);
  const title = resource && parts.action(action, resource)?.title;
  if (!resource || !title) return text(action, action);
  return text(`${title.en}: ${resource.name}`, `${title.fr} : ${resource.name}`);
}

function waitTitle(wait: NonNullable<Step["wait"]>, context: Context, parts: PlanParts): LocalText {
  if (!wait.until) {
    const time = filledTitle(wait.for ?? "", context).en;
    return text(`Wait ${time}`, `Attendre ${time}`);
  }
  const name = namedResource(wait.until.resource, context, parts)?.name ?? wait.until.resource;
  const fact = factLabel(wait.until.fact);
  return text(`Wait for ${name}: ${fact.en}`, `Attendre ${name} : ${fact.fr}`);
}
