import type { ServerResponse } from "node:http";
import { answer, type Received, refuse, type Target } from "./fake-answers.ts";
import type { FakeApi } from "./fake-api.ts";
import type { Stored } from "./objects.ts";

type Tree = Record<string, unknown>;

/** Top-level fields of a `spec` that no kind has: refused where the server is asked to be strict and can be. */
const unknownFields = ["nonsense"];

/** Replaces an object (PUT): the version that is named must be the current one, the status stays as it is. */
export function replaced(
  api: FakeApi,
  target: Target,
  received: Received,
  response: ServerResponse,
): undefined {
  const before = target.name && api.store.get(target.resource, target.namespace, target.name);
  if (!before) return refuse(response, 404, "NotFound", `${target.resource} not found`);
  if (api.denied.has(`update ${target.resource}`)) {
    return refuse(response, 403, "Forbidden", `cannot update ${target.resource}`);
  }
  const given = received.body as Stored;
  const { resourceVersion } = given.metadata;
  if (resourceVersion !== undefined && resourceVersion !== before.metadata.resourceVersion) {
    return refuse(response, 409, "Conflict", "the object has been modified");
  }
  const spec: Tree = { ...given.spec };
  const odd = unknownFields.filter((field) => field in spec);
  if (odd.length > 0 && api.strict && received.query.get("fieldValidation") === "Strict") {
    const words = odd.map((field) => `unknown field "spec.${field}"`).join(", ");
    return refuse(response, 400, "BadRequest", `cannot be handled: strict decoding error: ${words}`);
  }
  for (const field of odd) delete spec[field];
  if (typeof spec.replicas === "string") {
    return refuse(
      response,
      400,
      "BadRequest",
      "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32",
    );
  }
  if (Number(spec.replicas ?? 0) < 0) {
    return refuse(response, 422, "Invalid", "the object is invalid", {
      causes: [
        {
          reason: "FieldValueInvalid",
          message: "Invalid value: -1: must be greater than or equal to 0",
          field: "spec.replicas",
        },
      ],
    });
  }
  const { status } = before;
  const after: Stored = {
    ...given,
    metadata: { ...given.metadata, resourceVersion: before.metadata.resourceVersion ?? "" },
    ...(given.spec ? { spec } : {}),
    ...(status ? { status } : {}),
  };
  const warnings = api.warnings.map((words) => `299 - "${words.replaceAll('"', '\\"')}"`);
  const headers = warnings.length > 0 ? { warning: warnings } : {};
  if (received.query.get("dryRun") === "All") return answer(response, 200, after, headers);
  answer(response, 200, api.store.put(target.resource, after), headers);
}
