import type { OpsError } from "../../../../../shared/errors.ts";
import { type LocalText, text } from "../../../../../shared/text.ts";
import type { ActionContext, Settlement, Verification } from "../../../../actions/action.ts";
import { kubernetesFault } from "../../client/faults.ts";
import type { ClusterAccess } from "../../cluster-access.ts";
import { numberAt, wordAt } from "../../kinds/seen.ts";
import { followOrder, settleUnended } from "../following.ts";
import { createOnce, readObject } from "../objects.ts";
import { prefixes, versions } from "./names.ts";
import { type ActionState, stateOf, whyOf } from "./states.ts";

export type ActionPlural = "runactions" | "restoreactions";

/** Where an action of Kasten is in the API. */
export interface ActionPlace {
  plural: ActionPlural;
  namespace: string;
  name: string;
}

/** How an action of Kasten stands. */
export interface ActionLook {
  state: ActionState;
  /** From 0 to 1; null when Kasten does not say. */
  share: number | null;
  why: string;
}

const kinds: Readonly<Record<ActionPlural, string>> = {
  runactions: "RunAction",
  restoreactions: "RestoreAction",
};

/**
 * Creates an action of Kasten under a name that the journal has. One that is there already under it is the same one: its
 * answer was lost. Throws what KubernetesApi throws.
 */
export async function createAction(
  access: ClusterAccess,
  place: ActionPlace,
  parts: { labels?: Readonly<Record<string, string>>; spec: object },
  signal: AbortSignal,
): Promise<void> {
  const { plural, namespace, name } = place;
  const { labels, spec } = parts;
  await createOnce(access, {
    path: `${prefixes.actions}/namespaces/${namespace}/${plural}`,
    body: {
      apiVersion: versions.actions,
      kind: kinds[plural],
      metadata: { name, namespace, ...(labels && { labels }) },
      spec,
    },
    signal,
  });
}

/** How an action stands; null when it is not there. */
export async function lookAt(
  access: ClusterAccess,
  { plural, namespace, name }: ActionPlace,
  signal: AbortSignal,
): Promise<ActionLook | null> {
  const path = `${prefixes.actions}/namespaces/${namespace}/${plural}/${name}`;
  const object = await readObject(access, path, signal);
  if (object === null || wordAt(object, "metadata", "name") !== name) return null;
  const percent = numberAt(object, "status", "progress");
  const share = percent === null ? null : Math.min(1, Math.max(0, percent / 100));
  return { state: stateOf(object), share, why: whyOf(object) };
}

/**
 * Follows an action to its end; the API server may be away in between. `words` says how far it is. Null when the action is
 * gone. Throws OpsErrors when it takes longer than six hours or cannot be looked at.
 */
export async function followAction(
  access: ClusterAccess,
  place: ActionPlace,
  context: Pick<ActionContext, "signal" | "progress">,
  words: (look: ActionLook) => LocalText,
): Promise<ActionLook | null> {
  let told = "";
  const tell = (now: ActionLook) => {
    const said = words(now);
    if (`${said.en}${now.share}` !== told) context.progress(said, now.share);
    told = `${said.en}${now.share}`;
  };
  const look = () => lookAt(access, place, context.signal);
  const isOver = ({ state }: ActionLook) => state !== "running";
  return followOrder(access, { look, isOver, tell, tooLong: () => tooLong(place) }, context);
}

/** That an action ended otherwise than complete, as the end of the console's own. */
export function failedAction(place: ActionPlace, ended: ActionLook | null): Verification {
  const { name, namespace } = place;
  const data = { action: name, namespace, state: ended?.state ?? "gone" };
  if (ended === null) {
    return {
      proven: false,
      text: text(
        `Kasten has no action ${name} any more: nothing says how it ended.`,
        `Kasten n'a plus d'action ${name} : rien n'indique comment elle s'est terminée.`,
      ),
      data,
    };
  }
  const why = ended.why === "" ? "" : ended.why.replace(/\.$/, "");
  const words =
    ended.state === "cancelled"
      ? text(`The action ${name} was cancelled in Kasten.`, `L'action ${name} a été annulée dans Kasten.`)
      : text(
          `Kasten says that ${name} failed${why ? `: ${why}.` : " and not why."}`,
          `Kasten indique que ${name} a échoué${why ? ` : ${why}.` : ", sans dire pourquoi."}`,
        );
  return { proven: false, disproven: true, text: words, data };
}

/**
 * What became of an action whose answer was lost: Kasten has it or not. `sentAt`: epoch milliseconds of the probe that
 * chose its name.
 */
export async function settleAction(
  access: ClusterAccess,
  place: ActionPlace,
  { sentAt, signal }: { sentAt: number; signal: AbortSignal },
): Promise<Settlement> {
  const now = await lookAt(access, place, signal);
  const { name, namespace } = place;
  const data = { action: name, namespace, state: now?.state ?? "none" };
  if (now === null || now.state === "running") {
    return settleUnended(access, { product: "Kasten", name, sentAt, data }, now !== null);
  }
  if (now.state === "complete") {
    return {
      effect: "happened",
      text: text(
        `Kasten says that ${place.name} is complete.`,
        `Kasten indique que ${place.name} est terminée.`,
      ),
      data,
    };
  }
  return { effect: "did-not-happen", text: failedAction(place, now).text, data };
}

/** `kubernetes.kasten-too-long` */
function tooLong({ name }: ActionPlace): OpsError {
  return kubernetesFault(
    "kasten-too-long",
    text(`Kasten has not ended ${name} within six hours.`, `Kasten n'a pas terminé ${name} en six heures.`),
    text(
      "Look at the action in Kasten; it may still end there.",
      "Consultez l'action dans Kasten ; elle peut encore s'y terminer.",
    ),
  );
}
