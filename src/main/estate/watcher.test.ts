import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { OpsError } from "../../shared/errors.ts";
import { type EstateState, estateStateSchema } from "../../shared/estate-state.ts";
import { sshSystemSchema } from "../../shared/systems/ssh.ts";
import { soundEstate } from "./fixtures/sound-estate.ts";
import { EstateWatcher } from "./watcher.ts";

let folder: string;
let data: string;
let watcher: EstateWatcher | null = null;
let trouble: OpsError[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-watch-"));
  data = join(folder, "data");
  mkdirSync(data);
  mkdirSync(join(folder, "estate"));
  trouble = [];
});
afterEach(async () => {
  await watcher?.close();
  watcher = null;
  rmSync(folder, { recursive: true, force: true });
});

const named = (name: string) => soundEstate.replace("name: Atelier", `name: ${name}`);
const broken = soundEstate.replace("via: bounce", "via: bouncer");

async function start(path: string): Promise<EstateWatcher> {
  const systemConfigs = { ssh: sshSystemSchema };
  watcher = await EstateWatcher.start({
    path,
    dataFolder: data,
    systemConfigs,
    quiet: 20,
    onTrouble: (error) => trouble.push(error),
  });
  return watcher;
}

/** Waits for a state, by the watcher's own word; the test's deadline bounds it. */
function until(watching: EstateWatcher, wanted: (state: EstateState) => boolean): Promise<EstateState> {
  if (wanted(watching.state())) return Promise.resolve(watching.state());
  return new Promise((resolve) => {
    const stop = watching.onChange(() => {
      if (!wanted(watching.state())) return;
      stop();
      resolve(watching.state());
    });
  });
}

describe("one file", () => {
  let file: string;
  beforeEach(() => {
    file = join(folder, "estate", "estate.yaml");
    writeFileSync(file, soundEstate);
  });

  test("is in force with what it declares", async () => {
    const watching = await start(file);
    const state = watching.state();
    expect(estateStateSchema.parse(state)).toEqual(state);
    expect(state).toMatchObject({ name: "Atelier", file, valid: true, fromLastGood: false, faults: [] });
    expect(state.contents.map((each) => `${each.kind} ${each.id}: ${each.detail}`)).toEqual([
      "environment production: gold · RPO 4h · RTO 4h · Europe/Paris",
      "site atelier: production",
      "allowlist office: 192.0.2.0/24, 2001:db8::/32",
      "hop bounce: bounce.example:22",
      "system towers: ssh",
      "host tower-a: 192.0.2.10 · towers",
      "vm web-1: 192.0.2.21 · towers",
    ]);
    expect(watching.origin?.folder).toBe(join(folder, "estate"));
  });

  test("edited in place, and replaced by an editor's rename, is applied", async () => {
    const watching = await start(file);
    writeFileSync(file, named("Second"));
    await until(watching, (state) => state.name === "Second");
    writeFileSync(`${file}.tmp`, named("Third"));
    renameSync(`${file}.tmp`, file);
    await until(watching, (state) => state.name === "Third");
    rmSync(file);
    await until(watching, (state) => !state.valid);
    writeFileSync(file, named("Fourth"));
    await until(watching, (state) => state.name === "Fourth" && state.valid);
  });

  test("edited wrongly leaves the last good one running and reports the faults", async () => {
    const watching = await start(file);
    const loadedAt = watching.state().loadedAt;
    writeFileSync(file, broken);
    const state = await until(watching, (each) => !each.valid);
    expect(state).toMatchObject({ name: "Atelier", fromLastGood: true, loadedAt });
    expect(state.faults[0]).toMatchObject({ file, line: 21, nearMiss: "bounce" });
    expect(watching.estate?.name).toBe("Atelier");
    writeFileSync(file, soundEstate);
    expect(await until(watching, (each) => each.valid)).toMatchObject({ fromLastGood: false, faults: [] });
  });

  test("read again unchanged tells nobody", async () => {
    const watching = await start(file);
    let told = 0;
    watching.onChange(() => told++);
    await watching.reload();
    writeFileSync(file, broken);
    await watching.reload();
    await watching.reload();
    expect(told).toBe(1);
  });

  test("broken or gone at start is replaced by the last good copy, with its age", async () => {
    const first = await start(file);
    const loadedAt = first.state().loadedAt;
    await first.close();
    writeFileSync(file, broken);
    const second = await start(file);
    expect(second.state()).toMatchObject({ name: "Atelier", valid: false, fromLastGood: true, loadedAt });
    expect(second.state().faults).toHaveLength(1);
    await second.close();
    rmSync(file);
    const third = await start(file);
    expect(third.state()).toMatchObject({ name: "Atelier", fromLastGood: true, loadedAt });
    expect(third.origin?.folder).toBe(join(folder, "estate"));
    writeFileSync(file, named("Back"));
    await until(third, (state) => state.name === "Back" && state.valid);
  });

  test("broken at the very first start leaves nothing in force until it is mended", async () => {
    writeFileSync(file, "\t");
    const watching = await start(file);
    expect(watching.estate).toBeNull();
    expect(watching.state()).toMatchObject({
      name: "",
      valid: false,
      fromLastGood: false,
      loadedAt: null,
      contents: [],
    });
    writeFileSync(file, soundEstate);
    await until(watching, (state) => state.valid);
  });

  test("has its copy kept for this user alone, and a copy that was tampered with is not trusted", async () => {
    await (await start(file)).close();
    const copies = readdirSync(data).filter((name) => name.startsWith("estate-"));
    expect(copies).toHaveLength(1);
    const copy = join(data, copies[0] ?? "");
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    rmSync(file);
    for (const words of ["", "{", "{}", "[]", '{"version":1,"files":[]}']) {
      writeFileSync(copy, words);
      const watching = await start(file);
      expect(watching.estate).toBeNull();
      await watching.close();
    }
  });

  test("is in force even when its copy cannot be kept", async () => {
    rmSync(data, { recursive: true });
    writeFileSync(data, "no folder");
    const watching = await start(file);
    expect(watching.state()).toMatchObject({ name: "Atelier", valid: true });
    expect(trouble.map((error) => error.code)).toEqual(["estate.copy-not-kept"]);
  });

  test("stays unread after the watcher closed", async () => {
    const watching = await start(file);
    let told = 0;
    watching.onChange(() => told++);
    await watching.close();
    writeFileSync(file, named("Late"));
    await watching.reload();
    expect([told, watching.state().name]).toEqual([0, "Atelier"]);
  });
});

describe("a folder", () => {
  test("follows new, changed and removed files and leaves hidden ones alone", async () => {
    const estate = join(folder, "estate");
    writeFileSync(join(estate, "estate.yaml"), soundEstate);
    const watching = await start(estate);
    mkdirSync(join(estate, "more"));
    writeFileSync(join(estate, "more", "annexe.yaml"), "sites:\n  annexe: {}\n");
    await until(watching, (state) => state.contents.some((each) => each.id === "annexe"));
    writeFileSync(join(estate, "more", "annexe.yaml"), "sites:\n  atelier: {}\n");
    const faulty = await until(watching, (state) => !state.valid);
    expect(faulty.faults[0]?.message.en).toContain("is already defined in");
    rmSync(join(estate, "more"), { recursive: true });
    await until(watching, (state) => state.valid && !state.contents.some((each) => each.id === "annexe"));
    let told = 0;
    watching.onChange(() => told++);
    mkdirSync(join(estate, ".git"));
    writeFileSync(join(estate, ".git", "index.yaml"), "\t");
    await watching.reload();
    expect(told).toBe(0);
  });

  test("exchanged whole, as a checkout does it, ends as the new one", async () => {
    const estate = join(folder, "estate");
    for (let part = 0; part < 30; part++)
      writeFileSync(join(estate, `s${part}.yaml`), `sites:\n  s${part}: {}\n`);
    writeFileSync(join(estate, "main.yaml"), "passerelle: 1\nname: Before\n");
    const watching = await start(estate);
    for (let part = 0; part < 30; part++) {
      rmSync(join(estate, `s${part}.yaml`));
      writeFileSync(join(estate, `t${part}.yaml`), `sites:\n  s${part}: { name: New }\n`);
    }
    writeFileSync(join(estate, "main.yaml"), "passerelle: 1\nname: After\n");
    const state = await until(
      watching,
      (each) => each.valid && each.name === "After" && each.contents.every((one) => one.name === "New"),
    );
    expect(state.contents).toHaveLength(30);
  });

  test("that links to itself is a fault and does not keep the watcher busy for ever", async () => {
    const estate = join(folder, "estate");
    writeFileSync(join(estate, "estate.yaml"), soundEstate);
    symlinkSync(estate, join(estate, "again"));
    const watching = await start(estate);
    expect(watching.state().faults[0]?.message.en).toContain("leads back to a folder that holds it");
    rmSync(join(estate, "again"));
    await until(watching, (state) => state.valid);
  });
});
