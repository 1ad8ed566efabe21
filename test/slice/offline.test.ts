import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { unseal } from "../../src/main/bundle/seal.ts";
import { readBundle } from "../../src/main/bundle/store.ts";
import { SliceLab } from "./support/lab.ts";
import { OpenConsole } from "./support/open-console.ts";

let lab: SliceLab;
let open: OpenConsole | null = null;
let estate: string;
let data: string;
let identity: string;

beforeAll(async () => {
  lab = await SliceLab.start();
  identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  estate = lab.path("shared-drive", "estate.yaml");
  data = lab.path("data");
  mkdirSync(dirname(estate), { mode: 0o700 });
  mkdirSync(data, { mode: 0o700 });
  // The estate is alone on a drive that will be gone; the host keys were accepted at this workstation.
  const words = readFileSync(lab.estate, "utf8")
    .replaceAll("key: keys/", `key: ${lab.path("lab", "keys")}/`)
    .replaceAll("file:secrets/", `file:${lab.path("lab", "secrets")}/`);
  writeFileSync(estate, `${words}\nbundle:\n  recipients:\n    ada: ${recipient}\n`, { mode: 0o600 });
  cpSync(lab.path("lab", "known_hosts"), join(data, "known_hosts"));
});
afterEach(async () => {
  await open?.close();
  open = null;
});
afterAll(() => lab?.stop());

const needs = async (console: OpenConsole) => (await console.first(console.window.overview.watch())).needs;

describe("a console whose estate is out of reach", () => {
  let bundleFile: string;
  let readAt: number | null;

  it("has kept a copy of the estate and sealed a bundle while all was well", async () => {
    open = await OpenConsole.open({ estate, dataFolder: data });
    await open.read("tower-a");
    const { bundle, estate: watcher } = open.parts;
    await bundle.settled();
    const { note, error } = bundle.state();
    expect({ error, missing: note?.missing }).toEqual({ error: null, missing: [] });
    bundleFile = join(data, "bundles", note?.file ?? "");
    readAt = watcher.state().loadedAt;
  });

  it("starts from the copy, says of when it is, and reads and commands hosts", async () => {
    rmSync(dirname(estate), { recursive: true });
    open = await OpenConsole.open({ estate, dataFolder: data });
    const state = await open.first(open.window.estate.watch());
    expect(state).toMatchObject({
      name: "Atelier (lab)",
      valid: false,
      fromLastGood: true,
      loadedAt: readAt,
    });
    expect((await needs(open)).some((need) => need.page === "estate")).toBe(true);
    await open.read("tower-a");
    expect(await open.says("tower-a", "echo still here")).toBe("still here\n");
  });

  it("starts from the bundle on another workstation, the secrets gone as well", async () => {
    rmSync(lab.path("lab", "secrets"), { recursive: true, force: true });
    rmSync(lab.path("lab", "known_hosts"), { force: true });
    const contents = await unseal(await readBundle(bundleFile), { identities: [identity] });
    const elsewhere = lab.path("elsewhere");
    open = await OpenConsole.open({ estate: contents, dataFolder: elsewhere });
    await open.read("tower-a");
    expect(await open.says("tower-a", "echo here again")).toBe("here again\n");
    expect((await needs(open)).map(({ key }) => key)).toContain("bundle-opened");

    const laidOut = join(elsewhere, "bundle-estate", "estate.yaml");
    const before = readFileSync(laidOut, "utf8");
    const [file] = contents.estate.files;
    if (file === undefined) throw new Error("the bundle has no file");
    const other = { ...contents, estate: { ...contents.estate, files: [{ ...file, source: "other" }] } };
    await expect(OpenConsole.open({ estate: other, dataFolder: elsewhere })).rejects.toMatchObject({
      code: "console.data-folder-in-use",
    });
    expect(readFileSync(laidOut, "utf8")).toBe(before);
  });
});
