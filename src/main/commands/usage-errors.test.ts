import { describe, expect, it } from "vitest";
import { taskStateSchema } from "../../shared/action.ts";
import { act, exitCode } from "./act.ts";
import { check } from "./check.ts";
import { inventory } from "./inventory.ts";
import { journal } from "./journal.ts";
import { pra } from "./pra.ts";
import { procedure } from "./procedure.ts";
import { serve } from "./serve.ts";
import { terminalLanguage } from "./terminal-words.ts";
import { trust } from "./trust.ts";
import { usage } from "./usage.ts";

/** A data folder that none of these may get as far as making. */
const nowhere = ["--data", "/nonexistent/data", "--estate", "/nonexistent/estate.yaml"];

describe("a command line that makes no sense is refused before anything is opened", () => {
  it.each([
    ["act", act, []],
    ["act", act, ["ssh.reboot", ...nowhere]],
    ["act", act, ["ssh.reboot", "tower-a", "tower-b", ...nowhere]],
    ["act", act, ["ssh.reboot", "tower-a", "--input", "true", ...nowhere]],
    ["act", act, ["ssh.reboot", "tower-a", "--input", "[]", ...nowhere]],
    ["act", act, ["ssh.reboot", "tower-a", "--input", "{", ...nowhere]],
    ["act", act, ["ssh.reboot", "tower-a", "--force", ...nowhere]],
    ["check", check, []],
    ["check", check, ["one", "two"]],
    ["inventory", inventory, ["extra", ...nowhere]],
    ["inventory", inventory, ["--json=yes", ...nowhere]],
    ["journal", journal, []],
    ["journal", journal, ["burn"]],
    ["journal", journal, ["list", "extra"]],
    ["journal", journal, ["verify", "extra"]],
    ["journal", journal, ["list", "--limit", "0"]],
    ["journal", journal, ["list", "--limit", "many"]],
    ["procedure", procedure, []],
    ["procedure", procedure, ["burn", "round"]],
    ["procedure", procedure, ["run", ...nowhere]],
    ["procedure", procedure, ["list", "round", ...nowhere]],
    ["procedure", procedure, ["plan", "round", "--set", "hosts", ...nowhere]],
    ["pra", pra, []],
    ["pra", pra, ["list", "carry", ...nowhere]],
    ["pra", pra, ["readiness", ...nowhere]],
    ["pra", pra, ["burn", "carry", ...nowhere]],
    ["pra", pra, ["start", "carry", ...nowhere]],
    ["pra", pra, ["start", "carry", "--mode", "rehearsal", ...nowhere]],
    ["pra", pra, ["start", "carry", "--mode", "soft", ...nowhere]],
    ["pra", pra, ["rehearse", "carry", "--mode", "drill", ...nowhere]],
    ["pra", pra, ["readiness", "carry", "--mode", "planned", ...nowhere]],
    ["pra", pra, ["rehearse", "carry", "--direction", "up", ...nowhere]],
    ["serve", serve, ["extra", ...nowhere]],
    ["serve", serve, ["--lab", ...nowhere]],
    ["serve", serve, ["--port", "65536", ...nowhere]],
    ["trust", trust, ["web-2", ...nowhere]],
    ["trust", trust, ["--fingerprint", "SHA256:x", ...nowhere]],
  ])("%s %#", async (_name, command, words) => {
    await expect(command([...words])).rejects.toMatchObject({
      code: "cli.usage",
      hint: { en: "See `passerelle help`." },
    });
  });
});

describe("exitCode", () => {
  it("is 0 only for what is proven, 2 for what is not known, 1 for all else", () => {
    const codes = taskStateSchema.options.map((state) => [state, exitCode({ state })]);
    expect(Object.fromEntries(codes)).toEqual({
      running: 1,
      verified: 0,
      "already-done": 0,
      refused: 1,
      failed: 1,
      cancelled: 1,
      "unknown-effect": 2,
    });
  });
});

describe("terminalLanguage", () => {
  it.each([
    [{}, "en"],
    [{ LANG: "fr_FR.UTF-8" }, "fr"],
    [{ LANG: "de_DE.UTF-8" }, "en"],
    [{ LANG: "fr_FR.UTF-8", LC_ALL: "C" }, "en"],
    [{ LANG: "C", LC_MESSAGES: "fr_BE" }, "fr"],
    [{ LANG: "fr_FR.UTF-8", LC_ALL: "" }, "fr"],
  ])("of %j is %s", (environment, language) => {
    expect(terminalLanguage(environment)).toBe(language);
  });
});

describe("usage", () => {
  it("names every command in both languages", () => {
    for (const command of [
      "check",
      "serve",
      "lab",
      "inventory",
      "act",
      "procedure",
      "trust",
      "journal",
      "version",
    ]) {
      for (const words of Object.values(usage)) expect(words).toContain(`  passerelle ${command}`);
    }
  });
});
