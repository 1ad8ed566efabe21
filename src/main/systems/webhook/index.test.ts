import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ChatFault, ChatServer } from "../../../lab/servers/webhook/chat-server.ts";
import { ManualClock } from "../../../lab/world/clock.ts";
import type { Observation, Resource } from "../../../shared/resource.ts";
import { textMark, webhookSystemSchema } from "../../../shared/systems/webhook.ts";
import type { Reach } from "../../reach/reach.ts";
import { openTcp } from "../../reach/tcp.ts";
import type { System } from "../system.ts";
import { webhookSystem } from "./index.ts";

const token = "abcdefghijklmnopqrstuvwxyz";
let chat: ChatServer;
let fault: ChatFault | null;
let url: string;
let system: System;

const dial: Reach["dial"] = ({ address, port }, signal) =>
  openTcp({ id: address, name: address, address, port }, signal);

function systemOf(channel: object = {}): System {
  const config = webhookSystemSchema.parse({
    type: "webhook",
    channels: { support: { name: "Support", url: "keychain:support-hook", ...channel } },
  });
  const notNeeded = () => Promise.reject(new Error("not part of this test"));
  return webhookSystem.create(config, {
    id: "announce",
    reach: {
      dial,
      execute: notNeeded,
      shell: notNeeded,
      forward: notNeeded,
      tryLogin: notNeeded,
      provenHostKey: () => null,
    },
    secrets: { resolve: async () => ({ reveal: () => url }) },
    questions: { ask: notNeeded, interactive: false },
    now: () => 1_700_000_000_000,
  });
}

beforeEach(async () => {
  fault = null;
  chat = new ChatServer({
    hooks: new Map([[token, { channel: "support" }]]),
    certificate: null,
    fault: () => fault,
    clock: new ManualClock(),
  });
  url = `http://127.0.0.1:${await chat.listen()}/hooks/${token}`;
  system = systemOf();
});
afterEach(async () => {
  await system.close();
  await chat.close();
});

const resource: Resource = {
  id: "announce/support",
  kind: "service",
  name: "Support",
  system: "announce",
  parent: null,
  site: null,
  environment: null,
  health: "ok",
  stale: false,
  seenAt: 0,
  facts: {},
  problems: [],
  sources: {},
};

/** Announces, up to where the runner would go. */
async function announce(words: string, of: System = system) {
  const [action] = of.actions;
  if (!action?.appliesTo(resource)) throw new Error("an action on the channel was expected");
  let commits = 0;
  const context = {
    resource,
    signal: AbortSignal.timeout(5000),
    progress: () => undefined,
    output: () => undefined,
    committed: () => {
      commits += 1;
    },
  };
  const input = action.input.parse({ text: words });
  const probe = await action.probe(context, input);
  try {
    const applied = await action.apply(context, input, probe);
    return { commits, seen: await action.verify(context, input, probe, applied), error: null };
  } catch (error) {
    return { commits, seen: await action.settle(context, input, probe), error: String(error) };
  }
}

async function observed(of: System = system): Promise<Observation | undefined> {
  const seen: Observation[] = [];
  const sink = {
    declare: () => undefined,
    redeclare: () => undefined,
    observe: (some: Observation[]) => void seen.push(...some),
  };
  await of.observe(sink, AbortSignal.timeout(5000));
  return seen[0];
}

describe("announcements", () => {
  it("are posted once and proven by the answer", async () => {
    expect(await announce("Bascule « commencée »\nby two people")).toMatchObject({
      commits: 1,
      seen: { proven: true, data: { status: 200, answer: "ok" } },
    });
    expect(chat.posts).toMatchObject([{ channel: "support", text: "Bascule « commencée »\nby two people" }]);
    expect(await observed()).toMatchObject({
      health: "ok",
      facts: { "webhook.lastSent": 1_700_000_000_000, "webhook.reachable": true },
    });
  });

  it("are neither proven nor disproven, and not sent again, when the answer is lost", async () => {
    fault = "answer-lost";
    const { commits, seen, error } = await announce("once");
    expect([commits, chat.posts.length]).toEqual([1, 1]);
    expect(seen).toMatchObject({ effect: "unknown" });
    expect(error).not.toContain(token);
  });

  it("have failed when the hook refuses them, and are in doubt when what stands before it fails", async () => {
    fault = "refuses";
    expect((await announce("no")).seen).toMatchObject({ proven: false, disproven: true });
    fault = "failing";
    expect((await announce("no")).seen).toMatchObject({ proven: false, disproven: false });
    fault = null;
    url = url.replace(token, "nosuchhook");
    expect((await announce("no")).seen).toMatchObject({ proven: false, disproven: true });
    expect(chat.posts).toEqual([]);
  });

  it.each(["http://chat.example/hooks/x", "ftp://127.0.0.1/", "no url", "https://user@chat.example/"])(
    "do not leave for %s",
    async (stored) => {
      url = stored;
      await expect(announce("no")).rejects.toMatchObject({ code: "webhook.bad-url" });
      expect(await observed()).toMatchObject({ error: { code: "webhook.bad-url" } });
    },
  );

  it("do not leave when nobody listens, and are not in doubt then", async () => {
    await chat.close();
    await expect(announce("no")).rejects.toMatchObject({ code: "reach.refused" });
    expect(await observed()).toMatchObject({ error: { code: "reach.refused" } });
  });

  it("are put into a body of the estate's own, wherever its mark stands", async () => {
    let received = "";
    const server: Server = createServer((request, response) => {
      request.on("data", (chunk: Buffer) => {
        received += chunk.toString();
      });
      request.on("end", () => response.writeHead(204).end());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/post?key=1`;
    const own = systemOf({ body: { title: "PRA", parts: [{ say: `Now: ${textMark}!` }, 7, null] } });
    const words = 'a "quoted" $& word';
    expect((await announce(words, own)).seen).toMatchObject({ proven: true });
    expect(JSON.parse(received)).toEqual({ title: "PRA", parts: [{ say: `Now: ${words}!` }, 7, null] });
    await own.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(
      webhookSystemSchema.shape.channels.safeParse({ a: { url: "keychain:x", body: { a: "b" } } }).success,
    ).toBe(false);
  });

  it("can have their URL tried without a post", async () => {
    const [trial] = system.trials?.("keychain:support-hook") ?? [];
    await trial?.tryLogin(url, AbortSignal.timeout(2000));
    await expect(trial?.tryLogin("https://", AbortSignal.timeout(2000))).rejects.toMatchObject({
      code: "webhook.bad-url",
    });
    expect(chat.posts).toEqual([]);
    expect(system.secrets?.()).toEqual([{ reference: "keychain:support-hook", usedBy: "announce/support" }]);
  });
});
