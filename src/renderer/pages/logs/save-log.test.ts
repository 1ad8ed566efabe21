import { describe, expect, it } from "vitest";
import type { Client } from "../../state/client.ts";
import { Connection } from "../../state/client.ts";
import { MemoryConsole } from "../../testing/memory-console.ts";
import { logLine } from "../../testing/memory-sessions.ts";
import { collectLog } from "./save-log.ts";

async function withClient(act: (client: Client, console: MemoryConsole) => Promise<void>): Promise<void> {
  const console = new MemoryConsole();
  const connection = new Connection(console.main.open);
  try {
    await act(connection.client, console);
  } finally {
    connection.close();
  }
}

const never = new AbortController().signal;

describe("a log that is saved", () => {
  it("has every line that main holds, fetched piece by piece", () =>
    withClient(async (client, console) => {
      console.sessions.lines.set([0, 1, 2, 3, 4].map((number) => logLine(number)));
      const shares: number[] = [];
      const blob = await collectLog(client, "log-1", null, (share) => shares.push(share), never);
      expect(await blob.text()).toBe("line 0\nline 1\nline 2\nline 3\nline 4\n");
      expect(shares).toEqual([0.4, 0.8, 1]);
    }));

  it("has only what the filter lets through", () =>
    withClient(async (client, console) => {
      console.sessions.lines.set([0, 1, 2, 13].map((number) => logLine(number)));
      const only = { words: "1", expression: false, matchCase: false };
      const blob = await collectLog(client, "log-1", only, () => {}, never);
      expect(await blob.text()).toBe("line 1\nline 13\n");
    }));

  it("ends when it is told to", () =>
    withClient(async (client, console) => {
      console.sessions.lines.set([0, 1, 2].map((number) => logLine(number)));
      const stop = new AbortController();
      const saving = collectLog(client, "log-1", null, () => stop.abort(), stop.signal);
      await expect(saving).rejects.toThrow();
    }));
});
