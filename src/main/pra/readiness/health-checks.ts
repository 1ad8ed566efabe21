import type { ReadinessCheck } from "../../../shared/pra.ts";
import { sameText, text } from "../../../shared/text.ts";
import { type Context, checkOf, clustersOf, isFresh } from "./context.ts";
import { ageWords } from "./words.ts";

const states = { ok: "ready", warning: "warning", critical: "blocked", unknown: "unknown" } as const;

/** Whether the clusters that production is carried into are well: their quorum, their nodes. */
export function clusterChecks(context: Context): void {
  for (const way of context.ways)
    for (const id of clustersOf(way, context))
      context.findings.add({
        ...healthCheck(`quorum/${id}`, "quorum", id, context),
        direction: way.direction,
      });
}

/** Whether what the plan names under `well` is so. */
export function wellChecks(context: Context): void {
  for (const id of context.plan.readiness.well)
    context.findings.add(healthCheck(`well/${id}`, "service", id, context));
}

function healthCheck(
  id: string,
  kind: ReadinessCheck["kind"],
  resourceId: string,
  context: Context,
): ReadinessCheck {
  const resource = context.parts.inventory.get(resourceId);
  const common = {
    id,
    kind,
    title: sameText(resource?.name ?? resourceId),
    resource: resourceId,
    resourceName: resource?.name ?? resourceId,
    provenAt: resource?.seenAt ?? null,
  };
  if (resource === null)
    return checkOf({
      ...common,
      state: "blocked",
      text: text("Nothing shows that it is there.", "Rien ne montre qu'elle est là."),
    });
  const mend = {
    text: text("Look at what is wrong with it.", "Regardez ce qui ne va pas."),
    resource: resource.id,
    action: null,
  };
  if (!isFresh(resource, context))
    return checkOf({
      ...common,
      state: "unknown",
      text: text("It was not read lately.", "Elle n'a pas été lue récemment."),
      mend,
    });
  const worst = resource.problems[0]?.text;
  const age = ageWords(resource.seenAt ?? context.now, context.now);
  const state = states[resource.health];
  return checkOf({
    ...common,
    state,
    text:
      state === "ready"
        ? text(`It is well, as read ${age.en}.`, `Elle va bien, lue ${age.fr}.`)
        : (worst ?? text("It is not well.", "Elle ne va pas bien.")),
    mend: state === "ready" ? null : mend,
  });
}
