import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PassphraseFile } from "./passphrase-file.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-secrets-"));
  path = join(folder, "data", "secrets.passphrase");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function opened(): PassphraseFile {
  return new PassphraseFile(path, () => 1234);
}

describe("the passphrase file", () => {
  test("is created, written, read by another instance, and emptied again", async () => {
    const file = opened();
    expect(await file.exists()).toBe(false);
    expect(await file.unlock("first words")).toEqual({ created: true });
    await Promise.all([file.write("one", "marked-one"), file.write("two", "marked-two")]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, "data"))).toEqual(["secrets.passphrase"]);
    expect(readFileSync(path).includes("marked-")).toBe(false);

    const other = opened();
    expect(await other.unlock("first words")).toEqual({ created: false });
    expect(await other.read("one")).toBe("marked-one");
    expect(other.list()).toEqual([
      { name: "one", changedAt: 1234 },
      { name: "two", changedAt: 1234 },
    ]);
    expect(await other.remove("one")).toBe(true);
    expect(await other.remove("one")).toBe(false);
    // The first instance notices what the second has written.
    expect(await file.read("one")).toBeNull();
    expect(await file.read("two")).toBe("marked-two");
  });

  test("stays locked under a wrong passphrase, however often, and changes nothing", async () => {
    await opened().unlock("right");
    const before = readFileSync(path);
    const file = opened();
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await expect(file.unlock("wrong")).rejects.toMatchObject({ code: "secrets.wrong-passphrase" });
    }
    expect(file.locked).toBe(true);
    await expect(file.read("one")).rejects.toMatchObject({ code: "secrets.locked" });
    await expect(file.write("one", "value")).rejects.toMatchObject({ code: "secrets.locked" });
    expect(readFileSync(path)).toEqual(before);
    expect(await file.unlock("right")).toEqual({ created: false });
  });

  test("names that every object has are no secrets", async () => {
    const file = opened();
    await file.unlock("words");
    expect(await file.read("constructor")).toBeNull();
    expect(await file.read("toString")).toBeNull();
    expect(await file.remove("hasOwnProperty")).toBe(false);
  });

  test("a damaged or foreign file, a folder in its place, or its loss is told and mended by nobody", async () => {
    mkdirSync(join(folder, "data"));
    writeFileSync(path, "not ours");
    await expect(opened().unlock("words")).rejects.toMatchObject({ code: "secrets.damaged-file" });
    expect(readFileSync(path, "utf8")).toBe("not ours");
    rmSync(path);
    mkdirSync(path);
    await expect(opened().unlock("words")).rejects.toMatchObject({ code: "files.foreign" });
    rmSync(path, { recursive: true });

    const file = opened();
    await file.unlock("words");
    rmSync(path);
    await expect(file.write("one", "value")).rejects.toMatchObject({ code: "secrets.damaged-file" });
    expect(file.locked).toBe(true);
  });

  test("a failed write leaves the old file and the old contents", async () => {
    const file = opened();
    await file.unlock("words");
    await file.write("one", "marked-one");
    const before = readFileSync(path);
    // The name of the temporary file beside it becomes too long: the write fails for root as well.
    const long = new PassphraseFile(join(folder, "data", "x".repeat(250)), () => 1);
    await expect(long.unlock("words")).rejects.toMatchObject({ code: "secrets.cannot-write" });
    expect(readdirSync(join(folder, "data"))).toEqual(["secrets.passphrase"]);
    if (process.getuid?.() !== 0) {
      chmodSync(join(folder, "data"), 0o500);
      await expect(file.write("one", "marked-new")).rejects.toMatchObject({ code: "secrets.cannot-write" });
      chmodSync(join(folder, "data"), 0o700);
    }
    expect(readFileSync(path)).toEqual(before);
    expect(await file.read("one")).toBe("marked-one");
  });

  test("locks itself when the passphrase was changed behind its back", async () => {
    const file = opened();
    await file.unlock("old words");
    rmSync(path);
    await opened().unlock("new words");
    await expect(file.read("one")).rejects.toMatchObject({ code: "secrets.wrong-passphrase" });
    expect(file.locked).toBe(true);
  });
});
