import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { OpsError } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";
import { HeldSecret } from "../secrets/held-secret.ts";
import { Redaction } from "../secrets/redaction.ts";
import { openLog } from "./log.ts";

let dataFolder: string;
const redaction = new Redaction();
redaction.add('marked "value"');
beforeEach(() => {
  dataFolder = mkdtempSync(join(tmpdir(), "passerelle-log-"));
});
afterEach(() => rmSync(dataFolder, { recursive: true, force: true }));

describe("the log", () => {
  test("holds JSON lines without a secret, whichever way it came in", () => {
    const log = openLog({ dataFolder, redaction });
    const secret = 'marked "value"';
    log.logger.info({ secret, nested: { list: [secret] } }, `with ${secret}`);
    log.logger.child({ [secret]: 1 }).warn("child");
    log.logger.error({ err: new Error(`failed on ${secret}`, { cause: new Error(secret) }) }, "error");
    log.logger.info({ header: `Basic ${Buffer.from(`user:${secret}`).toString("base64")}` });
    log.logger.info({ held: new HeldSecret("not even known to the redaction") });
    log.close();
    const words = readFileSync(log.path, "utf8");
    const lines = words
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(5);
    expect(words).not.toContain("marked");
    expect(words).not.toContain("not even known");
    expect(lines[0]).toMatchObject({ msg: "with [secret]", nested: { list: ["[secret]"] } });
    expect(lines[2].err.cause.message).toBe("[secret]");
  });

  test("acts on no terminal that it is looked at in, and says the same", () => {
    const log = openLog({ dataFolder, redaction });
    const name = "vm\u001b]52;c;cm0=\u0007\u009b2J\u202e";
    log.logger.info({ name }, name);
    log.close();
    const words = readFileSync(log.path, "utf8");
    expect(words.trim()).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(JSON.parse(words)).toMatchObject({ name, msg: name });
  });

  test("tells an error's code and cause, and of other things only what they are", () => {
    const log = openLog({ dataFolder, redaction });
    const words = text("It failed.", "Échec.");
    const cause = Object.assign(new Error("refused"), { code: "ECONNREFUSED" });
    log.logger.error({ err: new OpsError({ code: "x.y", system: "x", message: words, hint: words, cause }) });
    log.logger.error({ err: { password: "plain" } });
    log.close();
    const [first, second] = readFileSync(log.path, "utf8").trim().split("\n");
    expect(JSON.parse(first ?? "").err).toMatchObject({
      type: "OpsError",
      code: "x.y",
      system: "x",
      cause: { code: "ECONNREFUSED" },
    });
    expect(JSON.parse(second ?? "").err).toEqual({ type: "object" });
  });
});
