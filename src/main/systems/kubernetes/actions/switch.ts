import { z } from "zod";
import type { Risk } from "../../../../shared/action.ts";
import type { Resource, ResourceKind } from "../../../../shared/resource.ts";
import type { LocalText } from "../../../../shared/text.ts";
import { text } from "../../../../shared/text.ts";
import type { Action, ActionContext, Settlement, Verification } from "../../../actions/action.ts";
import type { ApiRequest } from "../client/api.ts";
import { answerGarbage } from "../client/faults.ts";
import { at, wordAt } from "../kinds/seen.ts";
import { isTree } from "../list-watch/items.ts";
import type { Tree } from "../manifests/content.ts";
import { type ObjectPlace, objectOf, pathOf } from "../manifests/place.ts";
import type { Right } from "../rights.ts";
import { type ClusterActionParts, missingRight } from "./parts.ts";
import { rehearse } from "./rehearse.ts";

/** A field of an object's `spec` that is true or not, and what it means to set it so. */
export interface Switch {
  id: string;
  title: LocalText;
  verb: LocalText;
  risk: Risk;
  kinds: readonly ResourceKind[];
  /** The plural of what has the field, such as `deployments`. */
  plural: string;
  field: "paused" | "suspend";
  wanted: boolean;
  right: Right;
  bulk: boolean;
  step: LocalText;
  undo: LocalText;
  /** How it stands in words, and what waits for it. */
  states: { on: LocalText; off: LocalText };
  /** What more there is to say by how the object stands, as further steps. */
  notes?(object: Tree): LocalText[];
}

/** An action that sets such a field; the other way round is its undo. */
export function switchAction(parts: ClusterActionParts, it: Switch): Action {
  const { access } = parts;
  const { wanted, field } = it;
  const placeFor = (resource: Pick<Resource, "id">): ObjectPlace | null => {
    const place = objectOf(access, resource.id);
    return place?.kind.plural === it.plural ? place : null;
  };
  const change = async ({ resource, signal }: ActionContext, value: boolean): Promise<ApiRequest> => ({
    method: "PATCH",
    path: await pathFor(resource, signal),
    contentType: "application/merge-patch+json",
    body: { spec: { [field]: value } },
    signal,
  });
  const pathFor = async (resource: Pick<Resource, "id">, signal: AbortSignal) => {
    const place = placeFor(resource);
    if (!place) throw new Error(`${resource.id} has no such field`);
    return pathOf(access, place, signal);
  };
  const read = async ({ resource, signal }: ActionContext) => {
    const object = await access.ask({ path: await pathFor(resource, signal), signal });
    if (!isTree(object) || wordAt(object, "metadata", "name") !== placeFor(resource)?.name) {
      throw answerGarbage(access.name, "Kubernetes");
    }
    return { object, isOn: at(object, "spec", field) === true };
  };
  const check = async (context: ActionContext, expected: boolean): Promise<Verification> => {
    const { isOn } = await read(context);
    return {
      proven: isOn === expected,
      text: isOn ? it.states.on : it.states.off,
      data: { [field]: isOn },
    };
  };
  return {
    id: it.id,
    title: it.title,
    verb: it.verb,
    risk: it.risk,
    effect: "convergent",
    kinds: it.kinds,
    input: z.object({}),
    fields: [],
    bulk: it.bulk,
    appliesTo: (resource) => placeFor(resource) !== null,
    unavailable: (resource) => missingRight(parts, [it.right], resource),
    describe: () => ({
      steps: [it.step],
      proof: text("The object is read again and says so.", "L'objet, relu, le confirme."),
      undo: it.undo,
    }),
    async probe(context) {
      const { object, isOn } = await read(context);
      const observed = { [field]: isOn };
      const words = isOn ? it.states.on : it.states.off;
      if (isOn === wanted) return { state: "done", text: words, observed };
      await rehearse(access, await change(context, wanted));
      return { state: "needed", text: words, observed, steps: [it.step, ...(it.notes?.(object) ?? [])] };
    },
    async apply(context) {
      const request = await change(context, wanted);
      context.committed();
      await access.ask(request);
      return { data: {} };
    },
    verify: (context) => check(context, wanted),
    async settle(context): Promise<Settlement> {
      const { proven, text: words, data } = await check(context, wanted);
      return { effect: proven ? "happened" : "did-not-happen", text: words, data };
    },
    async undo(context) {
      const request = await change(context, !wanted);
      context.committed();
      await access.ask(request);
      return check(context, !wanted);
    },
  };
}
