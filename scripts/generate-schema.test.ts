import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { estateSchemaText } from "./generate-schema.ts";

test("the schema for editors is the one that the program checks with (npm run schema writes it)", () => {
  const onDisk = readFileSync(new URL("../resources/estate.schema.json", import.meta.url), "utf8");
  expect(onDisk).toBe(estateSchemaText());
});
