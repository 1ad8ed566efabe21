import type { Preview, Probe, StartRequest } from "../../shared/action.ts";
import { toOpsError } from "../../shared/errors.ts";
import type { Resource } from "../../shared/resource.ts";
import { type LocalText, text } from "../../shared/text.ts";
import type { Action, Guard } from "./action.ts";
import { earlierTasks } from "./earlier.ts";
import { notOffered, unknownResource } from "./faults.ts";
import { askGuards } from "./guards.ts";
import { eachLimited, within } from "./patience.ts";
import { quietContext } from "./quiet-context.ts";
import type { RecoveryJournal } from "./recovery.ts";
import type { ActionRegistry } from "./registry.ts";
import { parseInput, wordToConfirm } from "./request.ts";

const probesAtOnce = 16;
/** Milliseconds for one resource's probe in a preview, unless the action says otherwise. */
const probeDeadline = 20_000;

export interface PreviewParts {
  registry: ActionRegistry;
  guards: readonly Guard[];
  resource(id: string): Resource | null;
  /** For what actions were about to do before. */
  journal: Pick<RecoveryJournal, "bookmark" | "ofTypes">;
  signal: AbortSignal;
}

/**
 * What would happen, resource by resource, by a fresh probe of each. A resource that cannot be asked is shown as
 * impossible, with the reason. Throws OpsError for an unknown action or resource, and for input that is not valid.
 */
export async function previewAction(
  parts: PreviewParts,
  request: Pick<StartRequest, "action" | "resources" | "input">,
): Promise<Preview[]> {
  const ids = [...new Set(request.resources)];
  const chosen = ids.map((id) => {
    const resource = parts.resource(id);
    if (resource === null) throw unknownResource(id);
    const action = parts.registry.find(request.action, resource);
    if (action === null) throw notOffered(resource.name);
    return { action, resource, input: parseInput(action, request.input) };
  });
  const names = chosen.map((one) => one.resource.name);
  const previews: Preview[] = [];
  await eachLimited(chosen, probesAtOnce, async ({ action, resource, input }, index) => {
    const { steps, proof, undo } = action.describe(resource, input);
    const [probe, guards] = await Promise.all([
      probeOf(parts, action, resource, input),
      askGuards(parts.guards, action, resource),
    ]);
    previews[index] = {
      resource: resource.id,
      name: resource.name,
      probe,
      steps: probe.steps ?? steps,
      proof,
      undo,
      guards,
      typeToConfirm: wordToConfirm(action.risk, names),
    };
  });
  return previews;
}

async function probeOf(
  parts: PreviewParts,
  action: Action,
  resource: Resource,
  input: Record<string, unknown>,
): Promise<Probe> {
  const unavailable = action.unavailable?.(resource) ?? null;
  if (unavailable !== null) return { state: "impossible", text: unavailable, observed: {} };
  const limit = action.probeLimit ?? probeDeadline;
  const over = AbortSignal.timeout(limit);
  const signal = AbortSignal.any([parts.signal, over]);
  try {
    const earlier = (actions: readonly string[]) => earlierTasks(parts.journal, resource.id, actions);
    return await within(signal, 0, () => action.probe(quietContext(resource, signal, earlier), input));
  } catch (thrown) {
    const words = over.aborted ? notLookedAt(resource.name, limit) : toOpsError(thrown, "actions").text;
    return { state: "impossible", text: words, observed: {} };
  }
}

function notLookedAt(name: string, limit: number): LocalText {
  const seconds = Math.ceil(limit / 1000);
  return text(
    `${name} did not tell within ${seconds} s how it stands.`,
    `${name} n'a pas indiqué son état en ${seconds} s.`,
  );
}
