import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OpsError } from "../../shared/errors.ts";
import { openDataFolder } from "./data-folder.ts";

let folder: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-folder-"));
});

afterEach(async () => {
  for (const child of children.splice(0)) await kill(child);
  rmSync(folder, { recursive: true, force: true });
});

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

async function holdInAnotherProcess(path: string): Promise<ChildProcess> {
  const script = new URL("./fixtures/hold-folder.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [script, path], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  await once(child.stdout, "data");
  return child;
}

function refusal(work: () => unknown): OpsError {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof OpsError) return thrown;
    throw thrown;
  }
  throw new Error("nothing was refused");
}

function contents(path: string): Record<string, string> {
  return Object.fromEntries(readdirSync(path).map((name) => [name, readFileSync(join(path, name), "utf8")]));
}

describe("openDataFolder", () => {
  it("makes a folder that only its owner may enter", () => {
    const path = join(folder, "deep", "data");
    const data = openDataFolder(path);
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(statSync(join(path, "console.lock")).mode & 0o777).toBe(0o600);
    data.release();
    data.release();
    openDataFolder(path).release();
  });

  it("refuses the folder that another process holds, names it, and changes nothing", async () => {
    const child = await holdInAnotherProcess(folder);
    const before = contents(folder);
    const error = refusal(() => openDataFolder(folder));
    expect(error.code).toBe("console.data-folder-in-use");
    expect(error.text.en).toContain(`process ${child.pid} on `);
    expect(error.text.fr).toContain(`processus ${child.pid} sur `);
    expect(contents(folder)).toEqual(before);
  });

  it("gets the folder at once when the holder was killed", async () => {
    const child = await holdInAnotherProcess(folder);
    await kill(child);
    const data = openDataFolder(folder);
    expect(readFileSync(join(folder, "console.holder.json"), "utf8")).toContain(`"process":${process.pid}`);
    data.release();
  });

  it("refuses itself as well, and does not blame a process that is gone", async () => {
    await kill(await holdInAnotherProcess(folder));
    const stale = readFileSync(join(folder, "console.holder.json"));
    const data = openDataFolder(folder);
    writeFileSync(join(folder, "console.holder.json"), stale);
    expect(refusal(() => openDataFolder(folder)).text.en).toContain("it has just started");
    writeFileSync(join(folder, "console.holder.json"), "{ half");
    expect(refusal(() => openDataFolder(folder)).code).toBe("console.data-folder-in-use");
    data.release();
  });

  it("closes an empty folder to others but leaves alone one that holds something else", () => {
    chmodSync(folder, 0o755);
    openDataFolder(folder).release();
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const other = mkdtempSync(join(folder, "other-"));
    writeFileSync(join(other, "letter.txt"), "dear");
    chmodSync(other, 0o755);
    expect(refusal(() => openDataFolder(other)).code).toBe("console.data-folder-foreign");
    expect(statSync(other).mode & 0o777).toBe(0o755);
    expect(readdirSync(other)).toEqual(["letter.txt"]);
  });

  it("says that a file is no folder", () => {
    writeFileSync(join(folder, "file"), "");
    expect(refusal(() => openDataFolder(join(folder, "file"))).code).toBe("console.data-folder-unusable");
  });
});
