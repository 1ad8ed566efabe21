import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BundleContents, digestOf } from "../../src/main/bundle/contents.ts";
import { identitiesIn, seal, stanzasOf, unseal } from "../../src/main/bundle/seal.ts";
import { describeCounterpart, findCounterpart, findProgram } from "./counterpart.ts";

const found = findCounterpart(["age", "age-keygen"], ["--version"], /v?(\d+\.\d+\.\d+)/);

const source = "passerelle: 1\nname: Été\n";
const contents: BundleContents = {
  format: "passerelle-bundle",
  version: 1,
  madeAt: 1_778_572_800_000,
  workstation: "bridge.example",
  estate: { path: "", digest: "d", files: [{ path: "a/estate.yaml", source, sha256: digestOf(source) }] },
  knownHosts: "",
  // More than one piece of 64 KiB.
  secrets: { "keychain:long": "s".repeat(200_000) },
  missing: [],
  journal: { sequence: 1, hash: "00" },
};

describeCounterpart("age (sealed bundles)", found, () => {
  let folder: string;
  let identity: string;
  let recipient: string;
  const path = (name: string) => join(folder, name);
  const run = (program: string, words: string[], input?: string | Uint8Array) => {
    const { status, stdout, stderr } = spawnSync(findProgram(program) ?? program, words, {
      input,
      timeout: 20_000,
    });
    expect(stderr.toString()).not.toMatch(/error/i);
    expect(status).toBe(0);
    return stdout;
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "passerelle-age-"));
    run("age-keygen", ["-o", path("key.txt")]);
    identity = readFileSync(path("key.txt"), "utf8");
    recipient = run("age-keygen", ["-y", path("key.txt")])
      .toString()
      .trim();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("age opens what is sealed here", async () => {
    writeFileSync(path("bundle.age"), await seal(contents, [recipient]));
    const opened = run("age", ["-d", "-i", path("key.txt"), path("bundle.age")]).toString();
    expect(JSON.parse(opened)).toEqual(contents);
  });

  test("what age has sealed is opened here, for two recipients", async () => {
    run("age-keygen", ["-o", path("other.txt")]);
    const other = run("age-keygen", ["-y", path("other.txt")])
      .toString()
      .trim();
    const sealed = run("age", ["-r", recipient, "-r", other], JSON.stringify(contents));
    expect(stanzasOf(sealed)).toBe(2);
    for (const words of [identity, readFileSync(path("other.txt"), "utf8")])
      expect(await unseal(sealed, { identities: identitiesIn(words, "key.txt") })).toEqual(contents);
  });

  test("age refuses what was changed on the way, as is done here", async () => {
    const sealed = await seal(contents, [recipient]);
    sealed[sealed.length - 1] = (sealed.at(-1) ?? 0) ^ 1;
    const { status } = spawnSync(findProgram("age") ?? "age", ["-d", "-i", path("key.txt")], {
      input: sealed,
      timeout: 20_000,
    });
    expect(status).not.toBe(0);
    await expect(unseal(sealed, { identities: identitiesIn(identity, "key.txt") })).rejects.toMatchObject({
      code: "bundle.damaged",
    });
  });
});
