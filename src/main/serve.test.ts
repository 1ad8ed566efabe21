import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { serveInBrowser } from "./serve.ts";
import type { ShellHost } from "./shell/shell-host.ts";
import { ask, EchoHost, makeRendererFolder } from "./shell/testing/shell-fixture.ts";

let renderer: Awaited<ReturnType<typeof makeRendererFolder>>;

beforeEach(async () => {
  renderer = await makeRendererFolder();
});
afterEach(() => renderer.remove());

describe("serveInBrowser", () => {
  it("announces a link, another on SIGHUP, and closes shell and console when it is stopped", async () => {
    const links: string[] = [];
    const stop = new AbortController();
    const host = new EchoHost();
    const close = vi.spyOn(host, "close");
    const kinds: string[] = [];
    const listeners = process.listenerCount("SIGHUP");
    const serving = serveInBrowser({
      createHost: async (shell) => {
        kinds.push(shell);
        return host;
      },
      announce: (link) => links.push(link),
      stop: stop.signal,
      rendererFolder: renderer.folder,
    });
    await vi.waitFor(() => expect(links).toHaveLength(1));
    process.kill(process.pid, "SIGHUP");
    await vi.waitFor(() => expect(links).toHaveLength(2));
    expect(new Set(links).size).toBe(2);
    for (const link of links) {
      const { origin, hash } = new URL(link);
      const answer = await ask(origin, "/session", { authorization: `Bearer ${hash.slice(1)}` });
      expect(answer.status).toBe(204);
    }
    stop.abort();
    await serving;
    expect(kinds).toEqual(["browser"]);
    expect(close).toHaveBeenCalledOnce();
    expect(process.listenerCount("SIGHUP")).toBe(listeners);
    await expect(ask(new URL(links[0] ?? "").origin, "/open")).rejects.toThrow("ECONNREFUSED");
  });

  it("announces besides a link that may only look, where that is wanted", async () => {
    const links: [link: string, looksOnly: boolean][] = [];
    const stop = new AbortController();
    const serving = serveInBrowser({
      createHost: async () => new EchoHost(),
      announce: (link, looksOnly) => links.push([link, looksOnly]),
      looking: { place: "/wall/run-1" },
      stop: stop.signal,
      rendererFolder: renderer.folder,
    });
    await vi.waitFor(() => expect(links).toHaveLength(2));
    stop.abort();
    await serving;
    expect(links.map(([link, looksOnly]) => [link.endsWith("/wall/run-1"), looksOnly])).toEqual([
      [false, false],
      [true, true],
    ]);
  });

  it("closes the console again when it may not listen where it was told to", async () => {
    const host = new EchoHost();
    const close = vi.spyOn(host, "close");
    const serving = serveInBrowser({
      createHost: async (): Promise<ShellHost> => host,
      announce() {},
      stop: new AbortController().signal,
      rendererFolder: renderer.folder,
      address: "192.0.2.7",
    });
    await expect(serving).rejects.toMatchObject({ code: "shell.needs-tls" });
    expect(close).toHaveBeenCalledOnce();
  });
});
