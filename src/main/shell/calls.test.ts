import { MessageChannel } from "node:worker_threads";
import { createORPCClient } from "@orpc/client";
import { RPCLink } from "@orpc/client/websocket";
import { type ContractRouterClient, eventIterator, oc } from "@orpc/contract";
import { implement } from "@orpc/server";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { closeCode, largestRequest, liveHeader, liveWindow } from "../../shared/channel.ts";
import { PortChannel, type PortEnd } from "../../shared/port-channel.ts";
import { type CallContext, createCallServer } from "./calls.ts";
import { bufferLimit } from "./outlet.ts";

const contract = {
  echo: oc.input(z.object({ words: z.string() })).output(z.object({ words: z.string() })),
  count: oc.output(eventIterator(z.object({ count: z.int() }))),
  wait: oc.output(eventIterator(z.object({ count: z.int() }))),
  large: oc.output(eventIterator(z.object({ block: z.string() }))),
};
const block = "x".repeat(bufferLimit / 2);
const ended: string[] = [];
const made = { counts: 0, blocks: 0 };

const builder = implement(contract).$context<CallContext>();
const router = builder.router({
  echo: builder.echo.handler(({ input }) => input),
  count: builder.count.handler(async function* () {
    try {
      while (true) yield { count: ++made.counts };
    } finally {
      ended.push("count");
    }
  }),
  wait: builder.wait.handler(async function* ({ signal }) {
    try {
      yield { count: 1 };
      await new Promise<void>((resolve) => signal?.addEventListener("abort", () => resolve()));
    } finally {
      ended.push("wait");
    }
  }),
  large: builder.large.handler(async function* ({ context }) {
    while (true) {
      await context.drained();
      made.blocks += 1;
      yield { block };
    }
  }),
});

function portEnd(port: MessageChannel["port1"]): PortEnd {
  return {
    postMessage: (message) => port.postMessage(message),
    close: () => port.close(),
    listen(message, disconnected) {
      port.on("message", message);
      port.on("close", disconnected);
    },
  };
}

const open: PortChannel[] = [];

function serve() {
  const server = createCallServer(router);
  const ports = new MessageChannel();
  server.serve(new PortChannel(portEnd(ports.port1), 2 * largestRequest));
  const channel = new PortChannel(portEnd(ports.port2), 64 * 1024 * 1024);
  open.push(channel);
  const target = new EventTarget();
  channel.onmessage = ({ data }) => target.dispatchEvent(new MessageEvent("message", { data }));
  const closed = new Promise<number>((resolve) => {
    channel.onclose = ({ code }) => {
      target.dispatchEvent(new Event("close"));
      resolve(code);
    };
  });
  const client: ContractRouterClient<typeof contract> = createORPCClient(
    new RPCLink({
      websocket: {
        addEventListener: target.addEventListener.bind(target),
        removeEventListener: target.removeEventListener.bind(target),
        readyState: 1,
        send: (data) => channel.send(String(data)),
      },
      headers: () => ({ [liveHeader]: "1" }),
    }),
  );
  return { server, channel, client, closed };
}

afterEach(() => {
  for (const channel of open.splice(0)) channel.close();
  ended.length = 0;
  made.counts = 0;
  made.blocks = 0;
});

describe("createCallServer", () => {
  it("answers calls and refuses input that the contract does not name, without closing", async () => {
    const { client } = serve();
    expect(await client.echo({ words: "ahoy" })).toEqual({ words: "ahoy" });
    const wrong: { words: string } = JSON.parse('{"words":7}');
    await expect(client.echo(wrong)).rejects.toThrow("Input validation failed");
    expect(await client.echo({ words: "still here" })).toEqual({ words: "still here" });
  });

  it("closes the channel of a malformed message and goes on serving the others", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string().filter((words) => !isJson(words)),
          fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => `\u0000${bytes.join()}`),
          fc.constantFrom('{"i":"1","p":null}', "null", '{"i":"1","t":3', "{}"),
        ),
        async (words) => {
          const victim = serve();
          victim.channel.send(words);
          expect(await victim.closed).toBe(closeCode.malformed);
        },
      ),
      { numRuns: 50 },
    );
    const other = serve();
    expect(await other.client.echo({ words: "ahoy" })).toEqual({ words: "ahoy" });
  });

  it("closes the channel of a message that is too big", async () => {
    const { channel, closed } = serve();
    channel.send("x".repeat(largestRequest + 1));
    expect(await closed).toBe(closeCode.tooBig);
  });

  it("stops a live query at the window when its reader reports nothing, and resumes on a report", async () => {
    const { client, channel } = serve();
    const frames = await client.count();
    await frames.next();
    await vi.waitFor(() => expect(made.counts).toBe(liveWindow));
    await client.echo({ words: "the channel itself is free" });
    expect(made.counts).toBe(liveWindow);
    channel.send(JSON.stringify({ [liveHeader]: "1", read: 2 }));
    await vi.waitFor(() => expect(made.counts).toBe(liveWindow + 2));
    await frames.return?.();
    await vi.waitFor(() => expect(ended).toEqual(["count"]));
  });

  it("ends a query that waits for a change when its reader leaves, and when the channel closes", async () => {
    const first = serve();
    const frames = await first.client.wait();
    await frames.next();
    await frames.return?.();
    await vi.waitFor(() => expect(ended).toEqual(["wait"]));
    const again = await first.client.wait();
    await again.next();
    first.channel.close();
    await vi.waitFor(() => expect(ended).toEqual(["wait", "wait"]));
  });

  it("fails what is pending and closes every channel when the server closes", async () => {
    const { server, client, closed } = serve();
    const frames = await client.wait();
    await frames.next();
    const pending = frames.next();
    server.close();
    expect(await closed).toBe(closeCode.goingAway);
    await expect(pending).rejects.toThrow();
    await vi.waitFor(() => expect(ended).toEqual(["wait"]));
  });

  it("holds a query back while the buffer is full, and wakes it when the buffer drains", async () => {
    const server = createCallServer(router);
    const sent: string[] = [];
    let buffered = 0;
    const channel = {
      readyState: 1,
      get bufferedAmount() {
        return buffered;
      },
      binaryType: "arraybuffer" as const,
      onmessage: null as ((event: { data: unknown }) => void) | null,
      onclose: null as ((event: { code: number; reason: string }) => void) | null,
      ondrain: null as (() => void) | null,
      send(data: string | ArrayBuffer | Uint8Array) {
        sent.push(String(data));
        buffered += String(data).length;
      },
      close() {},
    };
    server.serve(channel);
    channel.onmessage?.({ data: JSON.stringify({ i: "1", p: { u: "/large" } }) });
    await vi.waitFor(() => expect(buffered).toBeGreaterThanOrEqual(bufferLimit));
    const madeWhenFull = made.blocks;
    await new Promise((resolve) => setImmediate(resolve));
    expect(made.blocks).toBe(madeWhenFull);
    buffered = 0;
    channel.ondrain?.();
    await vi.waitFor(() => expect(made.blocks).toBeGreaterThan(madeWhenFull));
    channel.readyState = 3;
    channel.onclose?.({ code: 1006, reason: "" });
  });
});

function isJson(words: string): boolean {
  try {
    JSON.parse(words);
    return true;
  } catch {
    return false;
  }
}
