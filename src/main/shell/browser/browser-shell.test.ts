import { once } from "node:events";
import { connect } from "node:net";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { closeCode, largestRequest } from "../../../shared/channel.ts";
import { ask, EchoHost, makeRendererFolder } from "../testing/shell-fixture.ts";
import { attemptWindow, mostAttempts } from "./attempts.ts";
import { type BrowserShell, startBrowserShell } from "./browser-shell.ts";
import { linkLifetime, sessionIdle } from "./tokens.ts";

let renderer: Awaited<ReturnType<typeof makeRendererFolder>>;
let shell: BrowserShell;
let host: EchoHost;
let clock: number;

beforeEach(async () => {
  renderer = await makeRendererFolder();
  host = new EchoHost();
  clock = 1_760_000_000_000;
  shell = await startBrowserShell({ host, rendererFolder: renderer.folder, now: () => clock });
});

afterEach(async () => {
  vi.useRealTimers();
  await shell.close();
  await renderer.remove();
});

const tokenOf = (link: string) => new URL(link).hash.slice(1);
const trade = (token: string) => ask(shell.url, "/session", { authorization: `Bearer ${token}` });

async function signIn(): Promise<string> {
  const { headers } = await trade(tokenOf(shell.newLink()));
  return headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
}

/** Opens a WebSocket with the given headers: the socket, or the HTTP status that refused it. */
async function openSocket(
  path: string,
  headers: Record<string, string>,
  options: { autoPong?: boolean } = {},
): Promise<WebSocket | number> {
  const socket = new WebSocket(shell.url.replace("http", "ws") + path.slice(1), { headers, ...options });
  return await new Promise((resolve, reject) => {
    socket.once("open", () => resolve(socket));
    socket.once("unexpected-response", (request, response) => {
      request.destroy();
      resolve(response.statusCode ?? 0);
    });
    socket.once("error", reject);
  });
}

describe("a link for who may only look", () => {
  it("leads to its page, and opens a session whose calls are known as such and that no other channel lets in", async () => {
    const link = shell.newLookingLink("/wall/run-1");
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/open#[A-Za-z0-9_-]{43}\/wall\/run-1$/);
    const { headers } = await trade(tokenOf(link).split("/")[0] ?? "");
    const looking = headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
    const origin = shell.url.slice(0, -1);
    for (const cookie of [looking, await signIn()]) {
      const socket = await openSocket("/channel/calls", { cookie, origin });
      expect(socket).toBeInstanceOf(WebSocket);
    }
    await vi.waitFor(() => expect(host.looking).toEqual([true, false]));
    const session = await openSocket("/channel/session/known-session", { cookie: looking, origin });
    if (typeof session === "number") throw new Error(`refused with ${session}`);
    const code = await new Promise((resolve) => session.once("close", resolve));
    expect(code).toBe(closeCode.unknownSession);
    expect((await trade(tokenOf(link).split("/")[0] ?? "")).status).toBe(401);
  });
});

async function openChannel(
  path = "/channel/calls",
  options: { autoPong?: boolean } = {},
): Promise<WebSocket> {
  const socket = await openSocket(path, { cookie: await signIn(), origin: shell.url.slice(0, -1) }, options);
  if (typeof socket === "number") throw new Error(`refused with ${socket}`);
  return socket;
}

describe("the one-time link", () => {
  it("carries 256 bits after the hash, where no server, log or referrer sees them", () => {
    const link = new URL(shell.newLink());
    expect(link.pathname).toBe("/open");
    expect(link.search).toBe("");
    expect(Buffer.from(link.hash.slice(1), "base64url")).toHaveLength(32);
    expect(shell.newLink()).not.toBe(link.href);
  });

  it("opens a session once", async () => {
    const token = tokenOf(shell.newLink());
    expect((await trade(token)).status).toBe(204);
    const again = await trade(token);
    expect([again.status, again.body.toString(), again.headers["set-cookie"]]).toEqual([
      401,
      "used\n",
      undefined,
    ]);
  });

  it("expires after a minute, to the millisecond", async () => {
    const [early, late] = [tokenOf(shell.newLink()), tokenOf(shell.newLink())];
    clock += linkLifetime - 1;
    expect((await trade(early)).status).toBe(204);
    clock += 1;
    const expired = await trade(late);
    expect([expired.status, expired.body.toString()]).toEqual([401, "expired\n"]);
  });

  it("is not used up by a preview that fetches the page", async () => {
    const link = shell.newLink();
    const page = await ask(shell.url, "/open");
    expect(page.status).toBe(200);
    expect(page.body.toString()).toContain('<script src="/sign-in.js"');
    expect(page.body.toString()).toContain('<link rel="icon" href="data:,"');
    expect((await ask(shell.url, "/sign-in.js")).headers["content-type"]).toBe("text/javascript");
    expect((await trade(tokenOf(link))).status).toBe(204);
  });

  it("may be guessed ten times a minute, no more", async () => {
    const good = tokenOf(shell.newLink());
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      expect((await trade(`wrong-${attempt}`)).status).toBe(401);
    }
    const blocked = await trade(good);
    expect([blocked.status, blocked.headers["retry-after"]]).toEqual([429, String(attemptWindow / 1000)]);
    clock += attemptWindow;
    expect((await trade(tokenOf(shell.newLink()))).status).toBe(204);
  });
});

describe("the session cookie", () => {
  it("is for this console only, out of reach of scripts and of other sites", async () => {
    const { headers } = await trade(tokenOf(shell.newLink()));
    const [pair, ...attributes] = (headers["set-cookie"]?.[0] ?? "").split("; ");
    expect(pair).toMatch(new RegExp(`^passerelle-${new URL(shell.url).port}=[A-Za-z0-9_-]{43}$`));
    expect(attributes).toEqual(["Path=/", "HttpOnly", "SameSite=Strict"]);
  });

  it("is needed for every file, and a wrong one is none", async () => {
    const cookie = await signIn();
    for (const path of ["/", "/index.html", "/assets/index-Abcd1234.js", "/icon.svg"]) {
      expect((await ask(shell.url, path)).status).toBe(401);
      expect((await ask(shell.url, path, { cookie: `${cookie}x` })).status).toBe(401);
      expect((await ask(shell.url, path, { cookie: `theme=dark; ${cookie}` })).status).toBe(200);
    }
    expect((await ask(shell.url, "/")).body.toString()).toContain("sign-in.js");
  });

  it("lasts twelve hours after the last request", async () => {
    const cookie = await signIn();
    clock += sessionIdle - 1;
    expect((await ask(shell.url, "/session", { cookie }, { method: "HEAD" })).status).toBe(204);
    clock += sessionIdle - 1;
    expect((await ask(shell.url, "/", { cookie })).status).toBe(200);
    clock += sessionIdle;
    expect((await ask(shell.url, "/", { cookie })).status).toBe(401);
    expect((await ask(shell.url, "/session", { cookie }, { method: "HEAD" })).status).toBe(401);
  });
});

describe("requests", () => {
  it("are refused for a Host that is not ours (DNS rebinding)", async () => {
    const cookie = await signIn();
    const { port } = new URL(shell.url);
    for (const wrong of [
      "rebound.example",
      `rebound.example:${port}`,
      "127.0.0.1",
      "127.0.0.1:1",
      `[::1]:${port}`,
    ]) {
      expect((await ask(shell.url, "/", { cookie, host: wrong })).status).toBe(421);
      expect((await ask(shell.url, "/open", { host: wrong })).status).toBe(421);
    }
    expect((await ask(shell.url, "/", { cookie, host: `LocalHost:${port}` })).status).toBe(200);
  });

  it("are refused for the Origin, or the fetch, of another site", async () => {
    const cookie = await signIn();
    const { port } = new URL(shell.url);
    for (const origin of ["null", "http://other.example", "http://127.0.0.1", `http://localhost:${port}`]) {
      expect((await ask(shell.url, "/", { cookie, origin })).status).toBe(403);
    }
    expect((await ask(shell.url, "/", { cookie, origin: shell.url.slice(0, -1) })).status).toBe(200);
    const fetched = { "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image" };
    for (const site of ["cross-site", "same-site"]) {
      expect((await ask(shell.url, "/icon.svg", { cookie, "sec-fetch-site": site, ...fetched })).status).toBe(
        403,
      );
    }
    const led = {
      "sec-fetch-site": "cross-site",
      "sec-fetch-mode": "navigate",
      "sec-fetch-dest": "document",
    };
    expect((await ask(shell.url, "/open", led)).status).toBe(200);
    expect((await ask(shell.url, "/open", { ...led, "sec-fetch-dest": "iframe" })).status).toBe(403);
  });

  it("are refused for every method but GET and HEAD", async () => {
    const cookie = await signIn();
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"]) {
      const answer = await ask(shell.url, "/", { cookie }, { method });
      expect([answer.status, answer.headers.allow]).toEqual([405, "GET, HEAD"]);
    }
    const head = await ask(shell.url, "/", { cookie }, { method: "HEAD" });
    expect([head.status, head.body.length]).toEqual([200, 0]);
  });

  it("never leave the list of built files", async () => {
    const cookie = await signIn();
    const tricks = [
      "/../../outside.json",
      "/..%2f..%2foutside.json",
      "/%2e%2e/%2e%2e/outside.json",
      "/assets/../../../outside.json",
      "/assets/..\\..\\..\\outside.json",
      "//outside.json",
      "/notes.secret",
      "/assets",
      "/assets/",
      "/index.html%00.js",
      "http://127.0.0.1/index.html",
      `/${renderer.folder}/index.html`,
    ];
    for (const path of tricks) expect((await ask(shell.url, path, { cookie })).status).toBe(404);
    await fc.assert(
      fc.asyncProperty(fc.webPath(), async (path) => {
        const known = ["/", "/index.html", "/icon.svg", "/assets/index-Abcd1234.js"].includes(path);
        fc.pre(!known && path.startsWith("/"));
        expect((await ask(shell.url, path, { cookie })).status).toBe(404);
      }),
      { numRuns: 40 },
    );
  });

  it("that are no HTTP at all are ended, and the server goes on", async () => {
    const socket = connect(Number(new URL(shell.url).port), "127.0.0.1");
    socket.write("\u0000\u0001garbage\r\n\r\n");
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 400 /);
    expect((await ask(shell.url, "/open")).status).toBe(200);
  });
});

describe("answers", () => {
  it("bring the page with a strict policy, a fresh nonce and no caching", async () => {
    const cookie = await signIn();
    const { headers, body } = await ask(shell.url, "/", { cookie });
    const policy = new Map(
      String(headers["content-security-policy"])
        .split("; ")
        .map((directive) => [directive.split(" ")[0] ?? "", directive.split(" ").slice(1)]),
    );
    const nonce = /<meta property="csp-nonce" nonce="([^"]+)">/.exec(body.toString())?.[1];
    expect(policy.get("default-src")).toEqual(["'none'"]);
    expect(policy.get("script-src")).toEqual(["'self'"]);
    expect(policy.get("style-src")).toEqual(["'self'", `'nonce-${nonce}'`]);
    expect(policy.get("style-src-attr")).toEqual(["'unsafe-inline'"]);
    expect(policy.get("connect-src")).toEqual(["'self'", shell.url.replace("http", "ws").slice(0, -1)]);
    for (const closed of ["frame-ancestors", "base-uri", "form-action"]) {
      expect(policy.get(closed)).toEqual(["'none'"]);
    }
    expect(headers["cache-control"]).toBe("no-store");
    const again = await ask(shell.url, "/", { cookie });
    expect(again.body.toString()).not.toContain(nonce);
  });

  it("all carry the common headers, the refusals too", async () => {
    const cookie = await signIn();
    const answers = [
      await ask(shell.url, "/", { cookie }),
      await ask(shell.url, "/icon.svg", { cookie }),
      await ask(shell.url, "/open"),
      await ask(shell.url, "/", { host: "rebound.example" }),
    ];
    for (const { headers } of answers) {
      expect(headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
      });
      expect(headers["permissions-policy"]).toContain("camera=()");
    }
  });

  it("let hashed files be cached for ever, others never, and compress what is worth it", async () => {
    const cookie = await signIn();
    const path = "/assets/index-Abcd1234.js";
    const plain = await ask(shell.url, path, { cookie });
    expect(plain.headers["cache-control"]).toContain("immutable");
    expect((await ask(shell.url, "/icon.svg", { cookie })).headers["cache-control"]).toBe("no-cache");
    const brotli = await ask(shell.url, path, { cookie, "accept-encoding": "gzip, br" });
    expect(brotli.headers["content-encoding"]).toBe("br");
    expect(brotliDecompressSync(brotli.body)).toEqual(plain.body);
    const gzip = await ask(shell.url, path, { cookie, "accept-encoding": "gzip, br;q=0" });
    expect(gzip.headers["content-encoding"]).toBe("gzip");
    expect(gunzipSync(gzip.body)).toEqual(plain.body);
  });
});

describe("channels", () => {
  it("open for a signed-in window of our own and carry text and bytes", async () => {
    const socket = await openChannel();
    socket.send("ahoy");
    expect(String((await once(socket, "message"))[0])).toBe("ahoy");
    socket.send(Buffer.from([1, 2, 3]));
    expect(await once(socket, "message")).toEqual([Buffer.from([1, 2, 3]), true]);
    socket.close();
    await once(socket, "close");
  });

  it("are refused without cookie, with a wrong or no Origin, with a wrong Host, and for unknown names", async () => {
    const cookie = await signIn();
    const origin = shell.url.slice(0, -1);
    const cases: [string, Record<string, string>, number][] = [
      ["/channel/calls", { origin }, 401],
      ["/channel/calls", { origin, cookie: `${cookie}x` }, 401],
      ["/channel/calls", { cookie }, 403],
      ["/channel/calls", { cookie, origin: "http://other.example" }, 403],
      ["/channel/calls", { cookie, origin: "null" }, 403],
      ["/channel/calls", { cookie, origin, host: "rebound.example" }, 421],
      ["/channel/calls", { cookie, origin: "http://rebound.example", host: "rebound.example" }, 421],
      ["/channel/other", { cookie, origin }, 404],
      ["/channel/session/", { cookie, origin }, 404],
      ["/channel/session/..%2fcalls", { cookie, origin }, 404],
      ["/", { cookie, origin }, 404],
    ];
    for (const [path, headers, status] of cases) {
      const outcome = await openSocket(path, headers);
      expect([path, typeof outcome === "number" ? outcome : "opened"]).toEqual([path, status]);
    }
    expect(host.calls).toHaveLength(0);
  });

  it("close with a code of their own for a session that the console does not know", async () => {
    const unknown = await openChannel("/channel/session/made-up");
    expect((await once(unknown, "close"))[0]).toBe(closeCode.unknownSession);
    const known = await openChannel("/channel/session/known-session");
    known.send("x");
    expect(String((await once(known, "message"))[0])).toBe("x");
    known.terminate();
  });

  it("close on a message that is too big, and the console hears of it", async () => {
    const socket = await openChannel();
    socket.send(Buffer.alloc(largestRequest + 1));
    expect((await once(socket, "close"))[0]).toBe(closeCode.tooBig);
    await vi.waitFor(() => expect(host.closed).toEqual([{ code: closeCode.lost }]));
  });

  it("are cut when the browser no longer answers pings, and when the session has expired", async () => {
    await shell.close();
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    shell = await startBrowserShell({ host, rendererFolder: renderer.folder, now: () => clock });
    const mute = await openChannel("/channel/calls", { autoPong: false });
    const alive = await openChannel();
    const pinged = Promise.all([once(mute, "ping"), once(alive, "ping")]);
    vi.advanceTimersByTime(15_000);
    await pinged;
    alive.send("a round trip, so that the pong has arrived");
    await once(alive, "message");
    const cut = once(mute, "close");
    vi.advanceTimersByTime(15_000);
    expect((await cut)[0]).toBe(closeCode.lost);
    expect(alive.readyState).toBe(WebSocket.OPEN);
    clock += sessionIdle;
    const expired = once(alive, "close");
    vi.advanceTimersByTime(15_000);
    expect((await expired)[0]).toBe(closeCode.signInNeeded);
  });

  it("are told when the console closes", async () => {
    const socket = await openChannel();
    const closed = once(socket, "close");
    await shell.close();
    expect((await closed)[0]).toBe(closeCode.goingAway);
    shell = await startBrowserShell({ host, rendererFolder: renderer.folder });
  });
});
