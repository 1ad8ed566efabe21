import {
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { removeAbandonedParts, replaceFile, replaceFileSync } from "./replace-file.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-replace-"));
  path = join(folder, "kept.json");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const words = () => readFileSync(path, "utf8");
const ways: [string, (content: string) => Promise<void>][] = [
  ["in its time", (content) => replaceFile(path, content)],
  ["at once", async (content) => replaceFileSync(path, content)],
];

describe.each(ways)("a file that is replaced %s", (_name, replace) => {
  test("is whole, its owner's alone, and leaves nothing beside it", async () => {
    await replace("one");
    writeFileSync(path, "open to all", { mode: 0o644 });
    const large = "é".repeat(3_000_000);
    await replace(large);
    expect(words()).toBe(large);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(["kept.json"]);
  });

  test("never writes through another name of the old one", async () => {
    const other = join(folder, "other");
    writeFileSync(other, "theirs", { mode: 0o600 });
    linkSync(other, path);
    await replace("ours");
    expect(readFileSync(other, "utf8")).toBe("theirs");
    expect(words()).toBe("ours");
  });

  test("is left alone where it is a link, also one that leads nowhere", async () => {
    symlinkSync(join(folder, "nowhere"), path);
    await expect(replace("ours")).rejects.toMatchObject({ code: "files.foreign" });
    expect(readdirSync(folder)).toEqual(["kept.json"]);
  });

  test("leaves nothing behind where its folder is not there", async () => {
    rmSync(folder, { recursive: true });
    await expect(replace("ours")).rejects.toMatchObject({ code: "ENOENT" });
  });
});

test("writings of one file come in the order that they were asked for", async () => {
  const contents = Array.from({ length: 40 }, (_, index) => "x".repeat(((index * 7919) % 40) * 1000));
  await Promise.all(contents.map((content) => replaceFile(path, content, { flush: false })));
  expect(words()).toBe(contents.at(-1));
  expect(readdirSync(folder)).toEqual(["kept.json"]);
});

test("a writing that fails in the middle leaves the old file, and does not hold up the next", async () => {
  await replaceFile(path, "old");
  const failing = replaceFile(path, async (file) => {
    await file.writeFile("half of the n");
    throw new Error("the disk is full");
  });
  const next = replaceFile(path, async (file) => {
    expect(words()).toBe("old");
    await file.writeFile("new");
  });
  await expect(failing).rejects.toThrow("the disk is full");
  await next;
  expect(words()).toBe("new");
  expect(readdirSync(folder)).toEqual(["kept.json"]);
});

test("parts of processes that are gone are removed, those of living ones and all else are not", () => {
  // Beyond what any system gives as the number of a process (pid_max of Linux is 4194304 at most).
  const gone = "kept.json.99999999-0123456789abcdef.part";
  const living = `kept.json.${process.pid}-0123456789abcdef.part`;
  for (const name of [gone, living, "of-mine.part", "kept.json"]) writeFileSync(join(folder, name), "");
  removeAbandonedParts(folder);
  expect(readdirSync(folder).sort()).toEqual(["kept.json", living, "of-mine.part"].sort());
});
