import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { largestSecret, readSecretFile, readVariable, secretFileExists } from "./outside-secrets.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-outside-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(name: string, bytes: string | Buffer, mode = 0o600): string {
  writeFileSync(join(folder, name), bytes);
  chmodSync(join(folder, name), mode);
  return name;
}

describe("secrets from outside", () => {
  test("a variable is read; unset and empty are unknown", () => {
    expect(readVariable("TOKEN", { TOKEN: "marked" })).toBe("marked");
    expect(() => readVariable("TOKEN", {})).toThrow(expect.objectContaining({ code: "secrets.unknown" }));
    expect(() => readVariable("TOKEN", { TOKEN: "" })).toThrow(
      expect.objectContaining({ code: "secrets.unknown" }),
    );
  });

  test("a file is read relative to the estate, without its closing line end only", async () => {
    put("a", "marked words \n");
    put("b", "line 1\nline 2\r\n");
    put("c", "\n\n");
    expect(await readSecretFile("a", folder)).toBe("marked words ");
    expect(await readSecretFile(join(folder, "b"), "/nowhere")).toBe("line 1\nline 2");
    expect(await readSecretFile("c", folder)).toBe("\n");
    expect(await secretFileExists("a", folder)).toBe(true);
    expect(await secretFileExists("none", folder)).toBe(false);
  });

  test.each([0o640, 0o604, 0o620, 0o602, 0o644, 0o666])("a file of mode %o is refused", async (mode) => {
    put("open", "marked", mode);
    await expect(readSecretFile("open", folder)).rejects.toMatchObject({ code: "secrets.unreadable" });
  });

  test("what is no file, missing, empty, binary or huge is refused by name, without waiting", async () => {
    mkdirSync(join(folder, "folder"), { mode: 0o700 });
    execFileSync("mkfifo", ["-m", "600", join(folder, "pipe")]);
    put("empty", "");
    put("line", "\n");
    put("binary", Buffer.from([0xff, 0xfe, 0x00, 0x80]));
    put("huge", "é".repeat(largestSecret));
    for (const name of ["folder", "pipe", "empty", "line", "binary", "huge"]) {
      await expect(readSecretFile(name, folder)).rejects.toMatchObject({ code: "secrets.unreadable" });
    }
    await expect(readSecretFile("none", folder)).rejects.toMatchObject({ code: "secrets.unknown" });
  });

  test("the largest allowed secret is read whole", async () => {
    put("large", `${"x".repeat(largestSecret)}\n`);
    expect(await readSecretFile("large", folder)).toHaveLength(largestSecret);
    put("larger", "x".repeat(largestSecret + 1));
    await expect(readSecretFile("larger", folder)).rejects.toMatchObject({ code: "secrets.unreadable" });
  });
});
