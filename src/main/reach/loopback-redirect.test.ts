import { request } from "node:http";
import { createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type LoopbackRedirect, listenForRedirect, type RedirectPlace } from "./loopback-redirect.ts";

const open: LoopbackRedirect[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function listen(place: Partial<RedirectPlace> = {}): Promise<LoopbackRedirect> {
  const listener = await listenForRedirect({ path: "/back", ...place });
  open.push(listener);
  return listener;
}

/** The status of an answer and its page. */
function visit(address: string, options: { method?: string; host?: string } = {}) {
  return new Promise<{ status: number; page: string }>((resolve, reject) => {
    const asked = request(
      address.replace("localhost", "127.0.0.1"),
      { method: options.method ?? "GET", headers: { host: options.host ?? new URL(address).host } },
      (response) => {
        let page = "";
        response.setEncoding("utf8");
        response.on("data", (piece: string) => {
          page += piece;
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, page }));
      },
    );
    asked.on("error", reject);
    asked.end();
  });
}

const never = new AbortController().signal;

describe("the loopback redirect", () => {
  it("gives the address that the browser came back to", async () => {
    const listener = await listen();
    expect(listener.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/back$/);
    const coming = listener.come("one-state", never);
    const { status, page } = await visit(`${listener.address}?code=abc&state=one-state`);
    expect([status, page.includes("close this page"), page.includes("fermer cette page")]).toEqual([
      200,
      true,
      true,
    ]);
    expect((await coming).searchParams.get("code")).toBe("abc");
  });

  it("spells loopback as it is registered", async () => {
    const listener = await listen({ host: "localhost" });
    const coming = listener.come("s", never);
    expect((await visit(`${listener.address}?error=access_denied&state=s`)).status).toBe(200);
    expect((await coming).searchParams.get("error")).toBe("access_denied");
  });

  it("turns away what it does not wait for, and goes on waiting", async () => {
    const listener = await listen();
    const { address } = listener;
    expect((await visit(`${address}?code=abc&state=`)).status).toBe(400);
    const coming = listener.come("right", never);
    const turnedAway: [string, number][] = [
      [`${address}?code=abc&state=wrong`, 400],
      [`${address}?code=abc`, 400],
      [`${address}?state=right`, 400],
      [`${address}?code=abc&error=both&state=right`, 400],
      [`${address}?code=abc&state=right&state=right`, 400],
      [`${address}/other?code=abc&state=right`, 404],
      [`${address}?code=${"a".repeat(9000)}&state=right`, 400],
    ];
    for (const [asked, status] of turnedAway) expect((await visit(asked)).status, asked).toBe(status);
    const good = `${address}?code=abc&state=right`;
    expect((await visit(good, { method: "POST" })).status).toBe(405);
    expect((await visit(good, { host: "attacker.example" })).status).toBe(421);
    expect((await visit(good)).status).toBe(200);
    await coming;
    expect((await visit(good)).status).toBe(400);
  });

  it("ends with a clear error when nobody comes, and as it is told when it is given up", async () => {
    const late = await listen({ patience: 5 });
    await expect(late.come("s", never)).rejects.toMatchObject({ code: "reach.redirect-not-come" });
    const given = await listen();
    const ending = new AbortController();
    const coming = given.come("s", ending.signal);
    ending.abort(new Error("given up"));
    await expect(coming).rejects.toThrow("given up");
    const closing = (await listen()).come("s", AbortSignal.abort(new Error("before")));
    await expect(closing).rejects.toThrow("before");
  });

  it("whoever waits is told when it is closed", async () => {
    const listener = await listen();
    const coming = expect(listener.come("s", never)).rejects.toMatchObject({
      code: "reach.redirect-not-come",
    });
    await listener.close();
    await coming;
  });

  it("says that the port is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const place = other.address();
    const port = typeof place === "object" && place ? place.port : 0;
    await expect(listenForRedirect({ path: "/back", port })).rejects.toMatchObject({
      code: "reach.redirect-port-taken",
    });
    await new Promise((resolve) => other.close(resolve));
  });
});
