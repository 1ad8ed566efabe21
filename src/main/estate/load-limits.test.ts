import { execFileSync } from "node:child_process";
import { chmodSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkEstate } from "./check.ts";
import { soundEstate } from "./fixtures/sound-estate.ts";
import { configs, EstateFiles } from "./testing/estate-files.ts";

let files: EstateFiles;
let folder: string;
beforeEach(() => {
  files = new EstateFiles();
  ({ folder } = files);
});
afterEach(() => files.remove());

const write = (name: string, source: string | Buffer) => files.write(name, source);
const faultsOf = (source: string | Buffer) => files.faultsOf(source);

describe("hard limits", () => {
  test.each([
    ["tabs", "name: x\nsites:\n\tatelier: {}\n", "3:1 A tab is used as indentation. (expected spaces)"],
    [
      "several documents",
      `${soundEstate}---\nname: x\n`,
      '28:1 The file holds several YAML documents. (expected one document, without a second "---")',
    ],
    ["empty", "", "1:1 The file is empty."],
    ["only a comment", "# nothing yet\n", "1:1 The file is empty."],
    ["only a word", "estate\n", "1:1 The file's content is not valid. (expected a map of keys)"],
    ["an anchor in itself", "name: &a [*a]\n", '1:11 The alias "a" stands inside the value that it names.'],
    ["an unknown anchor", "name: *a\n", '1:7 The alias "a" names no anchor before it.'],
    ["a tag", "name: !env HOME\n", "1:7 A YAML tag is not known here. (expected the value without its tag)"],
    ["a list as key", "? [a]\n: b\n", "1:3 A list or a map is used as a key. (expected a word as key)"],
    ["a control character", "name: a\u0000b\n", "1:8 A control character is not allowed here."],
  ])("%s", async (_, source, expected) => {
    expect(await faultsOf(source)).toContain(expected);
  });

  test("invalid UTF-8 is found at its place", async () => {
    const source = Buffer.concat([
      Buffer.from("passerelle: 1\nname: caf"),
      Buffer.from([0xe9]),
      Buffer.from("\n"),
    ]);
    expect(await faultsOf(source)).toEqual(["2:10 The file is not valid UTF-8 here."]);
  });

  test("ten megabytes are refused without being parsed", async () => {
    expect(await faultsOf(Buffer.alloc(10_000_000, "- a\n"))).toEqual(["1:1 The file is larger than 5 MB."]);
  });

  test("anchors that explode are refused", async () => {
    const levels = Array.from({ length: 30 }, (_, level) =>
      level === 0
        ? "a0: &a0 [x, x, x, x, x, x, x, x, x, x]"
        : `a${level}: &a${level} [${Array(10)
            .fill(`*a${level - 1}`)
            .join(", ")}]`,
    );
    expect((await faultsOf(levels.join("\n"))).join("\n")).toContain(
      "The aliases here multiply into too many values.",
    );
  });

  test("values nested without end are refused", async () => {
    for (const source of [
      "[".repeat(200_000),
      "{a: ".repeat(50_000),
      "- ".repeat(20_000),
      `name: ${"[".repeat(60)}${"]".repeat(60)}`,
    ]) {
      expect((await faultsOf(source)).join("\n")).toMatch(/nested/);
    }
  });

  test("a five megabyte file of the smallest values is refused before it is built", async () => {
    expect(await faultsOf(`[${"1,".repeat(2_400_000)}]`)).toEqual(["1:1 The file holds too many values."]);
  });

  test("twenty thousand keys in one map are read in one pass", async () => {
    const hosts = Array.from({ length: 20_000 }, (_, index) => `      h-${index}: { address: 192.0.2.1 }\n`);
    expect(await faultsOf(soundEstate + hosts.join(""))).toEqual([]);
  });

  test("a missing file, a pipe, a loop of links and an unreadable file", async () => {
    const missing = await checkEstate(join(folder, "none.yaml"), configs);
    expect(missing.lines.join()).toContain("The file does not exist.");
    const pipe = join(folder, "pipe.yaml");
    execFileSync("mkfifo", [pipe]);
    expect((await checkEstate(pipe, configs)).lines.join()).toContain("This is not a regular file.");
    const loop = join(folder, "loop.yaml");
    symlinkSync(loop, loop);
    expect((await checkEstate(loop, configs)).lines.join()).toContain("The symbolic link leads to itself.");
  });

  test("a file of somebody else's", async (context) => {
    context.skip(process.getuid?.() === 0, "root may read every file");
    const closed = write("closed.yaml", soundEstate);
    chmodSync(closed, 0o000);
    expect((await checkEstate(closed, configs)).lines.join()).toContain("may not be read by this user");
  });
});
