import type { PlanNodeOf } from "../../../../shared/plan.ts";
import { resourceQuerySchema, type Step } from "../../../../shared/procedure.ts";
import type { Resource } from "../../../../shared/resource.ts";
import { text } from "../../../../shared/text.ts";
import { wholePlaceholder } from "../placeholders.ts";
import { Context } from "./context.ts";
import type { Expansion, Place } from "./expansion.ts";
import { matches } from "./select.ts";
import type { Sliced } from "./slices.ts";
import { filledData } from "./words.ts";

type ForEach = NonNullable<Step["forEach"]>;
type Dynamic = PlanNodeOf<"forEach">["forEach"]["dynamic"];

/** The node of a `forEach`, and for each of its items the nodes of its steps. */
export function* forEachNode(
  whole: Expansion,
  forEach: ForEach,
  place: Place,
  context: Context,
): Sliced<void> {
  const { items, dynamic } = itemsOf(whole, forEach, place, context);
  whole.add({
    ...place,
    kind: "forEach",
    forEach: {
      items: items.map(({ id, name }) => ({ id, name })),
      parallel: forEach.parallel,
      dynamic,
    },
  });
  yield* expandItems(whole, forEach, items, place, context);
}

/** Expands the steps of a `forEach` for each item; one at a time, each comes after the one before. */
export function* expandItems(
  whole: Expansion,
  forEach: ForEach,
  items: readonly Resource[],
  place: Pick<Place, "id" | "step" | "phase" | "application">,
  context: Context,
): Sliced<void> {
  let before: readonly string[] = [];
  for (const { id, name } of items) {
    yield;
    const { first, last } = yield* whole.steps(
      forEach.steps,
      new Context({
        ...context,
        nodePrefix: `${place.id}[${id}]/`,
        stepPrefix: `${place.step}/`,
        parent: place.id,
        item: id,
        phase: place.phase,
        application: place.application,
        bindings: { ...context.bindings, [forEach.as]: { kind: "resource", id, name } },
      }),
    );
    if (forEach.parallel !== 1) continue;
    whole.chain(first, before);
    // An item whose steps are all left out does not break the chain.
    if (last.length > 0) before = last;
  }
}

function itemsOf(
  whole: Expansion,
  forEach: ForEach,
  place: Place,
  context: Context,
): { items: Resource[]; dynamic: Dynamic } {
  const { parts, problems } = whole;
  if (typeof forEach.in === "string") {
    const [name = ""] = wholePlaceholder(forEach.in) ?? [];
    const bound = Object.hasOwn(context.bindings, name) ? context.bindings[name] : undefined;
    const ids = bound?.kind === "resources" ? bound.ids : [];
    return { items: ids.flatMap((id) => parts.resource(id) ?? []), dynamic: null };
  }
  const filled = resourceQuerySchema.safeParse(filledData({ ...forEach.in }, context).data);
  if (!filled.success) {
    problems.add(
      { kind: "step", id: place.id },
      text(
        "The query of the step is not valid with these values.",
        "La requête de l'étape n'est pas valide avec ces valeurs.",
      ),
      text("Check the values that it is made of.", "Vérifiez les valeurs dont elle est faite."),
    );
    return { items: [], dynamic: null };
  }
  const query = filled.data;
  const outcomes: Record<string, string | null> = {};
  for (const [step, outcome] of context.outcomes) outcomes[step] = outcome.leftOut ? null : outcome.node;
  return {
    items: parts.resources().filter((resource) => matches(query, resource, parts)),
    dynamic: { query, procedure: context.procedure, bindings: { ...context.bindings }, outcomes },
  };
}
