import { spawnSync } from "node:child_process";
import { EventEmitter } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Redaction } from "../secrets/redaction.ts";
import { installCrashHandlers } from "./crash.ts";
import { openLog } from "./log.ts";

let dataFolder: string;
const redaction = new Redaction();
redaction.add("marked-value");
beforeEach(() => {
  dataFolder = mkdtempSync(join(tmpdir(), "passerelle-crash-"));
});
afterEach(() => rmSync(dataFolder, { recursive: true, force: true }));

class FakeProcess extends EventEmitter {
  words = "";
  readonly exits: number[] = [];
  readonly stderr = { write: (words: string) => (this.words += words) };
  exit(code: number): void {
    this.exits.push(code);
  }
}

function installed(close?: () => Promise<void>): { host: FakeProcess; remove: () => void } {
  const host = new FakeProcess();
  const log = openLog({ dataFolder, redaction });
  const remove = installCrashHandlers({
    dataFolder,
    redaction,
    logger: log.logger,
    now: () => 1_700_000_000_000,
    process: host,
    ...(close ? { close } : {}),
  });
  return { host, remove };
}

function everyFile(): string {
  const names = readdirSync(dataFolder, { recursive: true, encoding: "utf8" });
  return names
    .map((name) => join(dataFolder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");
}

describe("a crash", () => {
  test("is written down without secrets and ends the process once everything is closed", async () => {
    let closed = 0;
    const { host } = installed(async () => {
      closed += 1;
    });
    host.emit("uncaughtException", new Error("log-in with marked-value failed"));
    host.emit("unhandledRejection", new Error("a second one"));
    await vi.waitFor(() => expect(host.exits).toEqual([70]));
    expect(closed).toBe(1);
    expect(host.words).toContain("crash-2023-11-14T22-13-20.000Z.json");
    expect(host.words + everyFile()).not.toContain("marked-value");
    expect(everyFile()).toContain("log-in with [secret] failed");
    expect(statSync(join(dataFolder, "crashes", "crash-2023-11-14T22-13-20.000Z.json")).mode & 0o777).toBe(
      0o600,
    );
  });

  test("does not wait for ever for what cannot be closed", () => {
    vi.useFakeTimers();
    try {
      const { host } = installed(() => new Promise(() => {}));
      host.emit("unhandledRejection", "a word that was thrown");
      expect(host.exits).toEqual([]);
      vi.advanceTimersByTime(2000);
      expect(host.exits).toEqual([70]);
    } finally {
      vi.useRealTimers();
    }
  });

  test("ends the process even when closing or writing fails", async () => {
    writeFileSync(join(dataFolder, "crashes"), "a file where a folder is needed");
    const { host } = installed(() => Promise.reject(new Error("no")));
    host.emit("uncaughtException", new Error("one"));
    await vi.waitFor(() => expect(host.exits).toEqual([70]));
    expect(host.words).toContain("could not be written down");
  });

  test("is left to Node again once the handlers are taken away", () => {
    const { host, remove } = installed();
    remove();
    expect(host.listenerCount("uncaughtException") + host.listenerCount("unhandledRejection")).toBe(0);
  });

  test("of a real process shows nothing on standard error either", () => {
    const script = `
      import { installCrashHandlers } from ${JSON.stringify(new URL("./crash.ts", import.meta.url).href)};
      import { openLog } from ${JSON.stringify(new URL("./log.ts", import.meta.url).href)};
      import { Redaction } from ${JSON.stringify(new URL("../secrets/redaction.ts", import.meta.url).href)};
      const redaction = new Redaction();
      redaction.add("marked-value");
      const dataFolder = ${JSON.stringify(dataFolder)};
      const { logger } = openLog({ dataFolder, redaction });
      installCrashHandlers({ dataFolder, redaction, logger, now: Date.now });
      Promise.reject(new Error("marked-value"));
    `;
    const ended = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
      encoding: "utf8",
      timeout: 15_000,
    });
    expect(ended.status).toBe(70);
    expect(ended.stderr).toContain("Passerelle stopped");
    expect(ended.stderr + ended.stdout + everyFile()).not.toContain("marked-value");
  });
});
