import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SecretIndex } from "./secret-index.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-index-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("times outlive the process, forgotten names do not", async () => {
  const path = join(folder, "index.json");
  const index = new SecretIndex(path);
  await index.load();
  index.used("keychain:one", 1);
  index.changed("keychain:one", 2);
  index.changed("keychain:two", 3);
  index.forget("keychain:two");
  await index.flush();
  const again = new SecretIndex(path);
  await again.load();
  expect(again.references()).toEqual(["keychain:one"]);
  expect(again.get("keychain:one")).toEqual({ lastUsedAt: 1, changedAt: 2 });
  expect(again.get("keychain:two")).toEqual({ lastUsedAt: null, changedAt: null });
});

test.each(["", "{", "[]", '{"keychain:one":{"lastUsedAt":"x"}}', "\0\0\0"])(
  "an index that holds %j is begun anew",
  async (words) => {
    const path = join(folder, "index.json");
    writeFileSync(path, words);
    const index = new SecretIndex(path);
    await index.load();
    expect(index.references()).toEqual([]);
    index.used("keychain:one", 5);
    await index.flush();
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({
      "keychain:one": { lastUsedAt: 5, changedAt: null },
    });
  },
);

test("a folder that cannot be written to is put up with", async () => {
  const index = new SecretIndex(join(folder, "nowhere", "index.json"));
  await index.load();
  index.used("keychain:one", 5);
  await index.flush();
  expect(index.get("keychain:one").lastUsedAt).toBe(5);
});
