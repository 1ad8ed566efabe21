import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { RotatingFile } from "./rotating-file.ts";

vi.mock("node:fs", async (original) => {
  const files = await original<typeof import("node:fs")>();
  return { ...files, writeSync: vi.fn(files.writeSync) };
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-log-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("keeps the newest lines in files below the size, for the owner alone", () => {
  const path = join(folder, "logs", "a.log");
  const file = new RotatingFile(path, { maximumBytes: 100, kept: 2 });
  for (let line = 0; line < 50; line += 1) file.write(`line ${String(line).padStart(4, "0")}\n`);
  file.close();
  expect(readdirSync(join(folder, "logs")).sort()).toEqual(["a.log", "a.log.1", "a.log.2"]);
  const lines = [`${path}.2`, `${path}.1`, path].map((name) => readFileSync(name, "utf8")).join("");
  expect(lines.trim().split("\n").at(-1)).toBe("line 0049");
  expect(lines.trim().split("\n")).toHaveLength(30);
  for (const name of [path, `${path}.1`]) {
    expect(statSync(name).size).toBeLessThanOrEqual(100);
    expect(statSync(name).mode & 0o777).toBe(0o600);
  }
  expect(file.lost).toBe(0);
});

test("goes on with a file that is there, and takes it from the eyes of others", () => {
  const path = join(folder, "a.log");
  writeFileSync(path, "before\n", { mode: 0o644 });
  const file = new RotatingFile(path, { maximumBytes: 1000, kept: 0 });
  file.write("after\n");
  file.close();
  file.write("reopened\n");
  file.close();
  expect(readFileSync(path, "utf8")).toBe("before\nafter\nreopened\n");
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("keeps no older file when told so", () => {
  const path = join(folder, "a.log");
  const file = new RotatingFile(path, { maximumBytes: 10, kept: 0 });
  file.write("123456789\n");
  file.write("abcdefghi\n");
  file.close();
  expect(readFileSync(path, "utf8")).toBe("abcdefghi\n");
  expect(existsSync(`${path}.1`)).toBe(false);
});

test("drops and counts what cannot be written, and never throws", () => {
  writeFileSync(join(folder, "logs"), "a file where a folder is needed");
  const file = new RotatingFile(join(folder, "logs", "a.log"), { maximumBytes: 10, kept: 1 });
  file.write("one\n");
  file.write("two\n");
  file.close();
  expect(file.lost).toBe(2);
});

test("takes a full disk for a lost line, and goes on once there is room", () => {
  const path = join(folder, "logs", "a.log");
  const file = new RotatingFile(path, { maximumBytes: 1000, kept: 1 });
  vi.mocked(writeSync).mockImplementationOnce(() => {
    throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
  });
  file.write("one\n");
  file.write("two\n");
  file.close();
  expect(file.lost).toBe(1);
  expect(readFileSync(path, "utf8")).toBe("two\n");
});
