import { spawnSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  claimPrivateFile,
  openPrivateFile,
  openPrivateFileSync,
  readPrivateFile,
  readPrivateFileSync,
  refuseForeignFile,
} from "./private-file.ts";
import { makePrivateFolder } from "./private-folder.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-private-"));
  path = join(folder, "file");
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const other = () => join(folder, "other");
/** What may stand where a file of ours should be. */
const planted: [string, () => void][] = [
  ["a link", () => symlinkSync(other(), path)],
  ["a link that leads nowhere", () => symlinkSync(join(folder, "nowhere"), path)],
  ["a second name of another file", () => linkSync(other(), path)],
  ["a folder", () => mkdirSync(path)],
  ["a named pipe", () => expect(spawnSync("mkfifo", [path]).status).toBe(0)],
  [
    "a file of somebody else",
    () => {
      writeFileSync(path, "theirs");
      vi.spyOn(process, "getuid").mockReturnValue(statSync(path).uid + 1);
    },
  ],
];
const uses: [string, () => unknown][] = [
  ["claimed", () => claimPrivateFile(path)],
  ["looked at", () => refuseForeignFile(path)],
  ["read", () => readPrivateFile(path, 1000)],
  ["read at once", () => readPrivateFileSync(path, 1000)],
  ["opened to be changed", () => openPrivateFile(path, "change")],
  ["opened to be added to", () => openPrivateFileSync(path, "append")],
];

describe.each(planted)("%s where a file of ours should be", (_name, plant) => {
  test.each(uses)("is not %s", async (_use, use) => {
    writeFileSync(other(), "theirs", { mode: 0o644 });
    plant();
    await expect(Promise.resolve().then(use)).rejects.toMatchObject({ code: "files.foreign" });
    expect(readFileSync(other(), "utf8")).toBe("theirs");
    expect(statSync(other()).mode & 0o777).toBe(0o644);
  });
});

test("a file is made once, and its owner's alone", async () => {
  const made = await openPrivateFile(path, "make");
  await made.close();
  expect(statSync(path).mode & 0o777).toBe(0o600);
  await expect(openPrivateFile(path, "make")).rejects.toMatchObject({ code: "EEXIST" });
  expect(() => openPrivateFileSync(path, "make")).toThrow("EEXIST");
});

test("a file of ours that was open to others is tightened", () => {
  for (const use of [
    () => claimPrivateFile(path),
    () => closeSync(openPrivateFileSync(path, "change")),
    () => closeSync(openPrivateFileSync(path, "append")),
  ]) {
    writeFileSync(path, "ours");
    chmodSync(path, 0o644);
    use();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  }
});

test("no more of a file is read than it may hold", async () => {
  writeFileSync(path, "x".repeat(1001));
  await expect(readPrivateFile(path, 1000)).rejects.toThrow("1001 bytes");
  expect(() => readPrivateFileSync(path, 1000)).toThrow("1001 bytes");
  expect(await readPrivateFile(path, 1001)).toHaveLength(1001);
  expect(readPrivateFileSync(path, 1001)).toHaveLength(1001);
});

describe("a folder", () => {
  test("is made its owner's alone; one that others may read is left as it is, for it may be anybody's", () => {
    const place = join(folder, "one", "two");
    makePrivateFolder(place);
    expect(statSync(place).mode & 0o777).toBe(0o700);
    chmodSync(place, 0o755);
    makePrivateFolder(place);
    expect(statSync(place).mode & 0o777).toBe(0o755);
  });

  test("is refused where others may write in it, for they may have planted what it holds", () => {
    mkdirSync(path);
    for (const mode of [0o770, 0o707, 0o1777]) {
      chmodSync(path, mode);
      expect(() => makePrivateFolder(path)).toThrow("others may write");
    }
  });

  test("is refused where it is a link, a file or somebody else's", () => {
    mkdirSync(other());
    symlinkSync(other(), path);
    expect(() => makePrivateFolder(path)).toThrow("a link");
    rmSync(path);
    symlinkSync(join(folder, "nowhere"), path);
    expect(() => makePrivateFolder(path)).toThrow("a link");
    rmSync(path);
    writeFileSync(path, "");
    expect(() => makePrivateFolder(path)).toThrow("not a folder");
    vi.spyOn(process, "getuid").mockReturnValue(statSync(other()).uid + 1);
    expect(() => makePrivateFolder(other())).toThrow("someone else");
  });
});
