import { expect, test } from "vitest";
import { z } from "zod";
import { sshSystemSchema } from "../../shared/systems/ssh.ts";
import { estateJsonSchema, knownKeys } from "./json-schema.ts";

const dns = z.strictObject({
  type: z.literal("dns"),
  server: z.string(),
  zones: z.array(z.strictObject({ name: z.string() })),
});

test("each type of system brings its own keys, told apart by type", () => {
  const schema = estateJsonSchema({ ssh: sshSystemSchema, dns });
  expect(schema).toMatchObject({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    required: ["passerelle", "name"],
    additionalProperties: false,
    properties: {
      systems: {
        additionalProperties: {
          discriminator: { propertyName: "type" },
          oneOf: [
            { properties: { type: { const: "ssh" } }, required: ["type", "hosts"] },
            { properties: { type: { const: "dns" } }, required: ["type", "server", "zones"] },
          ],
        },
      },
    },
  });
  expect(estateJsonSchema({ dns })).toMatchObject({
    properties: {
      systems: { additionalProperties: { oneOf: [{ properties: { type: { const: "dns" } } }] } },
    },
  });
});

test("known keys are found at any path, through maps, lists and alternatives", () => {
  const schema = estateJsonSchema({ ssh: sshSystemSchema, dns });
  expect(knownKeys(schema, ["sites", "any"])).toEqual(["name", "environment"]);
  expect(knownKeys(schema, ["systems", "any", "zones", 0])).toEqual(["name"]);
  expect(knownKeys(schema, ["systems", "any", "hosts", "any", "authentication", 0])).toContain(
    "keyboardInteractive",
  );
  expect(knownKeys(schema, ["nowhere", "at", "all"])).toEqual([]);
});
