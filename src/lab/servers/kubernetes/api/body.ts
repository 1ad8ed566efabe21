import { parseDocument } from "yaml";
import { isObject, type Json, type JsonObject, type KubeObject } from "../store/object.ts";
import type { Call } from "./call.ts";
import { badRequest, Failure } from "./failure.ts";

/** The body of a request as JSON; YAML is taken where the client says so. Throws a Failure 400 or 415. */
export async function readJson(call: Pick<Call, "body" | "contentType">): Promise<Json> {
  const type = call.contentType.split(";")[0]?.trim() ?? "";
  const isYaml = type.endsWith("yaml");
  if (type !== "" && !isYaml && !type.endsWith("json")) {
    throw new Failure(
      415,
      "UnsupportedMediaType",
      `the body of the request was in an unknown format: ${type.slice(0, 100)}`,
    );
  }
  const text = await call.body();
  try {
    if (!isYaml) return JSON.parse(text);
    const document = parseDocument(text);
    if (document.errors.length > 0) throw new SyntaxError();
    return JSON.parse(JSON.stringify(document.toJS({ maxAliasCount: 100 })));
  } catch {
    throw badRequest("the object provided is unrecognized: the body could not be parsed");
  }
}

/** The body as an object of JSON; an empty one where `mayBeEmpty`. Throws a Failure 400. */
export async function readObject(
  call: Pick<Call, "body" | "contentType">,
  mayBeEmpty = false,
): Promise<JsonObject> {
  if (mayBeEmpty && (await call.body()) === "") return {};
  const given = await readJson(call);
  if (!isObject(given)) throw badRequest("the body is no object");
  return given;
}

/** Takes an object of JSON for one of the API, as far as names go: what is in it is checked by `validate`. */
export function asKubeObject(given: Json): KubeObject {
  if (!isObject(given)) throw badRequest("the body is no object");
  const { apiVersion, kind, metadata } = given;
  if (typeof apiVersion !== "string" || typeof kind !== "string") {
    throw badRequest("Object 'Kind' or 'apiVersion' is missing");
  }
  const { name, ...rest } = isObject(metadata) ? metadata : {};
  for (const part of ["spec", "status"] as const) {
    if (given[part] !== undefined && !isObject(given[part])) throw badRequest(`${part} is no object`);
  }
  const kept = {
    name: typeof name === "string" ? name : "",
    uid: "",
    resourceVersion: "",
    creationTimestamp: "",
  };
  return { ...given, apiVersion, kind, metadata: { ...kept, ...rest } } as KubeObject;
}
