import { z } from "zod";
import { estateSchema } from "../../shared/estate.ts";
import { identifierSchema } from "../../shared/estate-words.ts";

/** The schema of each system's entry in the estate file, by the system's `type`. */
export type SystemConfigs = Record<string, z.ZodType>;
/** JSON Schema (draft 2020-12) as plain data. */
export type JsonSchema = { [key: string]: z.core.util.JSONType };

/** One schema as JSON Schema, as a file is written: keys with a default may be left out. */
export function toJsonSchema(schema: z.ZodType): JsonSchema {
  const known = converted.get(schema);
  if (known) return known;
  // The JSON round trip drops the library's hidden fields and proves that nothing else is in it.
  const fresh: JsonSchema = JSON.parse(
    JSON.stringify(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" })),
  );
  converted.set(schema, fresh);
  return fresh;
}
const converted = new WeakMap<z.ZodType, JsonSchema>();

/** The schema of a whole estate file for editors: each system's keys follow from its `type`. */
export function estateJsonSchema(systemConfigs: SystemConfigs): JsonSchema {
  const [first, ...others] = Object.values(systemConfigs);
  const system = first ? z.union([first, ...others]) : z.never();
  const whole = estateSchema.extend({ systems: z.record(identifierSchema, system).optional() });
  return { title: "Passerelle estate", ...discriminated(structuredClone(toJsonSchema(whole))) };
}

/** Makes the union of systems a `oneOf` with the discriminator that editors read to offer the right keys. */
function discriminated(schema: JsonSchema): JsonSchema {
  const system = at(at(at(schema, "properties"), "systems"), "additionalProperties");
  if (!system) return schema;
  const alternatives = system.anyOf ?? [structuredClone(system)];
  for (const key of Object.keys(system)) delete system[key];
  system.type = "object";
  system.required = ["type"];
  system.oneOf = alternatives;
  system.discriminator = { propertyName: "type" };
  return schema;
}

function at(schema: JsonSchema | undefined, key: string): JsonSchema | undefined {
  const value = schema?.[key];
  return isSchema(value) ? value : undefined;
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The keys that a schema allows at a path; empty where it allows any or the path leads out of it. */
export function knownKeys(root: JsonSchema, path: readonly PropertyKey[]): string[] {
  let reached = alternativesOf(root, root);
  for (const part of path) {
    reached = reached.flatMap((schema) => {
      const inner =
        typeof part === "number"
          ? schema.items
          : (at(schema, "properties")?.[String(part)] ?? schema.additionalProperties);
      return isSchema(inner) ? alternativesOf(inner, root) : [];
    });
  }
  return [...new Set(reached.flatMap((schema) => Object.keys(at(schema, "properties") ?? {})))];
}

function alternativesOf(schema: JsonSchema, root: JsonSchema): JsonSchema[] {
  const named = referred(schema, root);
  if (named) return alternativesOf(named, root);
  const inner = [schema.anyOf, schema.oneOf, schema.allOf].flatMap((list) =>
    Array.isArray(list) ? list.filter(isSchema) : [],
  );
  return [schema, ...inner.flatMap((each) => alternativesOf(each, root))];
}

/** What `$ref` stands for: a schema that holds itself is written once below `$defs`. */
function referred(schema: JsonSchema, root: JsonSchema): JsonSchema | undefined {
  const match = typeof schema.$ref === "string" ? /^#\/\$defs\/([^/]+)$/.exec(schema.$ref) : null;
  return match?.[1] === undefined ? undefined : at(at(root, "$defs"), match[1]);
}
