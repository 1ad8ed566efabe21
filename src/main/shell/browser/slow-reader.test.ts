import { createORPCClient } from "@orpc/client";
import { RPCLink } from "@orpc/client/websocket";
import { type ContractRouterClient, eventIterator, oc } from "@orpc/contract";
import { implement } from "@orpc/server";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { z } from "zod";
import type { PacedChannel } from "../../../shared/channel.ts";
import { type CallContext, type CallServer, createCallServer } from "../calls.ts";
import { bufferLimit } from "../outlet.ts";
import type { ShellHost } from "../shell-host.ts";
import { ask, makeRendererFolder } from "../testing/shell-fixture.ts";
import { type BrowserShell, startBrowserShell } from "./browser-shell.ts";

const contract = {
  blocks: oc.output(eventIterator(z.object({ block: z.string() }))),
  silence: oc.output(eventIterator(z.object({ block: z.string() }))),
};
const made = { blocks: 0, ended: 0 };
const block = "x".repeat(bufferLimit / 2);

const builder = implement(contract).$context<CallContext>();
const router = builder.router({
  blocks: builder.blocks.handler(async function* () {
    try {
      while (true) {
        made.blocks += 1;
        yield { block };
      }
    } finally {
      made.ended += 1;
    }
  }),
  silence: builder.silence.handler(async function* ({ signal }) {
    try {
      yield { block: "" };
      await new Promise<void>((resolve) => signal?.addEventListener("abort", () => resolve()));
    } finally {
      made.ended += 1;
    }
  }),
});

let renderer: Awaited<ReturnType<typeof makeRendererFolder>>;
let calls: CallServer;
let channels: PacedChannel[];
let shell: BrowserShell;
let socket: WebSocket;
let client: ContractRouterClient<typeof contract>;

beforeEach(async () => {
  Object.assign(made, { blocks: 0, ended: 0 });
  renderer = await makeRendererFolder();
  calls = createCallServer(router);
  channels = [];
  const host: ShellHost = {
    serveCalls(channel) {
      channels.push(channel);
      calls.serve(channel);
    },
    openSession: () => false,
    close: async () => calls.close(),
  };
  shell = await startBrowserShell({ host, rendererFolder: renderer.folder });
  const authorization = `Bearer ${new URL(shell.newLink()).hash.slice(1)}`;
  const signedIn = await ask(shell.url, "/session", { authorization });
  const cookie = signedIn.headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
  const headers = { cookie, origin: shell.url.slice(0, -1) };
  socket = new WebSocket(`${shell.url.replace("http", "ws")}channel/calls`, { headers });
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  const target = new EventTarget();
  socket.on("message", (data) =>
    target.dispatchEvent(new MessageEvent("message", { data: data.toString() })),
  );
  socket.on("close", () => target.dispatchEvent(new Event("close")));
  client = createORPCClient(
    new RPCLink({
      websocket: {
        addEventListener: target.addEventListener.bind(target),
        removeEventListener: target.removeEventListener.bind(target),
        readyState: 1,
        send: (data) => socket.send(String(data)),
      },
    }),
  );
});

afterEach(async () => {
  socket.terminate();
  await shell.close();
  await renderer.remove();
});

describe("a live query over a real WebSocket", () => {
  it("stops when its reader's socket takes nothing more, with a bounded buffer, and goes on with it", async () => {
    const frames = await client.blocks();
    await frames.next();
    socket.pause();
    const buffered = () => channels[0]?.bufferedAmount ?? 0;
    await vi.waitFor(() => expect(buffered()).toBeGreaterThanOrEqual(bufferLimit), { timeout: 10_000 });
    for (let turn = 0; turn < 500; turn++) await new Promise((resolve) => setImmediate(resolve));
    // The kernel's buffers take some blocks more; a reader without limit would be given one a turn at least.
    const madeWhenFull = made.blocks;
    expect(madeWhenFull).toBeLessThan(100);
    expect(buffered()).toBeLessThan(bufferLimit * 2);
    socket.resume();
    await vi.waitFor(() => expect(made.blocks).toBeGreaterThan(madeWhenFull + 10), { timeout: 10_000 });
    await frames.return?.();
    await vi.waitFor(() => expect(made.ended).toBe(1), { timeout: 10_000 });
  });

  it("ends in main when the browser vanishes without a word, even one that waits for a change or for room", async () => {
    const silence = await client.silence();
    await silence.next();
    const blocks = await client.blocks();
    await blocks.next();
    socket.pause();
    await vi.waitFor(() => expect(channels[0]?.bufferedAmount).toBeGreaterThanOrEqual(bufferLimit), {
      timeout: 10_000,
    });
    socket.terminate();
    await vi.waitFor(() => expect(made.ended).toBe(2), { timeout: 10_000 });
  });
});
