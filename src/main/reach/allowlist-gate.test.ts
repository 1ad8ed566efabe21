import { networkInterfaces } from "node:os";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseOrigin } from "./origin.ts";
import { sourceAddressOf } from "./route.ts";
import { finish, TestServer } from "./testing/ssh-server.ts";
import { faultOf, hopAt, Surroundings, within } from "./testing/surroundings.ts";

let around: Surroundings;
const servers: TestServer[] = [];
const never = new AbortController().signal;
const office = {
  office: ["198.51.100.0/24"],
  here: ["127.0.0.0/8"],
  both: ["127.0.0.0/8", "198.51.100.0/24"],
};

async function serve(...behaviour: Parameters<typeof TestServer.start>): Promise<TestServer> {
  const server = await TestServer.start(...behaviour);
  servers.push(server);
  return server;
}

/** A bounce that sees us come from `origin` (null: it cannot tell), and a host behind it. */
async function behindBounce(origin: string | null): Promise<{ hop: TestServer; host: TestServer }> {
  const [hop, host] = await Promise.all([serve({ forwarding: "allow" }), serve()]);
  hop.behaviour.origin = (channel) =>
    finish(channel, origin === null ? "\n" : `${origin} 40000 192.0.2.1 22\n`);
  around.know(hop.hostKey, { address: "127.0.0.1", port: hop.port });
  around.update({ bounce: hopAt(hop, { name: "bounce.example" }) }, office);
  return { hop, host };
}

beforeEach(() => {
  around = new Surroundings();
});
afterEach(async () => {
  await around.close();
  for (const server of servers.splice(0)) await server.close();
});

describe("a plain connection that names an allowlist", () => {
  it("is opened from inside only", async () => {
    const server = await serve();
    around.update({}, office);
    const place = { via: null, address: "127.0.0.1", port: server.port };
    const fault = await faultOf(around.reach.dial({ ...place, allowlist: "office" }, within().signal));
    expect(fault.code).toBe("reach.outside-allowlist");
    expect(server.connected).toBe(0);
    const stream = await around.reach.dial({ ...place, allowlist: "here" }, within().signal);
    stream.destroy();
  });

  it("is not opened behind a hop that sees us outside", async () => {
    const { host } = await behindBounce("203.0.113.9");
    const place = { via: "bounce", address: "127.0.0.1", port: host.port, allowlist: "both" };
    const fault = await faultOf(around.reach.dial(place, within().signal));
    expect(fault.code).toBe("reach.outside-allowlist");
    expect(host.connected).toBe(0);
  });
});

describe("the way to a first hop", () => {
  it("is open from inside the range", async () => {
    const server = await serve();
    around.update({}, office);
    const target = around.target(server, { allowlist: "here" });
    expect(await around.reach.execute(target, "x", within())).toMatchObject({ exitCode: 0 });
    expect(await around.reach.checkAllowlist(target)).toMatchObject({ allowed: true, state: "inside" });
    await expect.poll(() => around.reach.status().state).toBe("inside");
  });

  it("is refused from outside before any connection, naming the address and the range", async () => {
    const server = await serve();
    around.update({}, office);
    const target = around.target(server, { allowlist: "office" });
    const fault = await faultOf(around.reach.execute(target, "x", within()));
    expect(fault.code).toBe("reach.outside-allowlist");
    expect(fault.message).toContain("127.0.0.1");
    expect(fault.message).toContain("198.51.100.0/24");
    expect(server.connected).toBe(0);
    expect(around.resolved).toBe(0);
    expect(await around.reach.checkAllowlist({ id: "tower-a" })).toMatchObject({
      allowed: false,
      state: "outside",
      address: "127.0.0.1",
    });
    await expect.poll(() => around.reach.status().state).toBe("outside");
  });

  it("is judged again by the address that the connection really uses", async () => {
    await around.close();
    around = new Surroundings({ sourceAddressOf: async () => "198.51.100.7" });
    const server = await serve();
    around.update({}, office);
    const fault = await faultOf(
      around.reach.execute(around.target(server, { allowlist: "office" }), "x", within()),
    );
    expect(fault.code).toBe("reach.outside-allowlist");
    expect(fault.message).toContain("127.0.0.1");
    expect(server.attempts).toEqual([]);
  });

  it("is closed when there is no route or the allowlist is not declared", async () => {
    await around.close();
    around = new Surroundings({ sourceAddressOf: async () => null });
    const server = await serve();
    around.update({}, office);
    const none = await faultOf(
      around.reach.execute(around.target(server, { allowlist: "here" }), "x", within()),
    );
    expect(none.code).toBe("reach.unreachable");
    const unheard = await faultOf(
      around.reach.execute(around.target(server, { allowlist: "unheard-of" }), "x", within()),
    );
    expect(unheard.code).toBe("reach.allowlist-unknown");
    expect(server.connected).toBe(0);
  });
});

describe("the way to what lies behind a hop", () => {
  it("is judged by the address that the hop saw as well", async () => {
    const { host } = await behindBounce("198.51.100.7");
    const target = around.target(host, { via: "bounce", allowlist: "both" });
    expect(await around.reach.checkAllowlist(target)).toMatchObject({ allowed: true, state: "unknown" });
    expect(await around.reach.execute(target, "x", within())).toMatchObject({ exitCode: 0 });
    expect(await around.reach.checkAllowlist(target)).toMatchObject({
      state: "inside",
      address: "198.51.100.7",
    });
  });

  it("is refused when the hop saw us come from outside, naming both", async () => {
    const { host } = await behindBounce("203.0.113.9");
    const fault = await faultOf(
      around.reach.execute(around.target(host, { via: "bounce", allowlist: "both" }), "x", within()),
    );
    expect(fault.code).toBe("reach.outside-allowlist");
    expect(fault.message).toContain("203.0.113.9");
    expect(fault.message).toContain("198.51.100.0/24");
    expect(fault.message).toContain("bounce.example");
    expect(host.connected).toBe(0);
  });

  it("is refused when our own address is outside, whatever the hop saw", async () => {
    const { host } = await behindBounce("198.51.100.7");
    const fault = await faultOf(
      around.reach.execute(around.target(host, { via: "bounce", allowlist: "office" }), "x", within()),
    );
    expect(fault.code).toBe("reach.outside-allowlist");
    expect(host.connected).toBe(0);
  });

  it("is refused when the hop cannot tell", async () => {
    const { host } = await behindBounce(null);
    const target = around.target(host, { via: "bounce", allowlist: "both" });
    const fault = await faultOf(around.reach.execute(target, "x", within()));
    expect(fault.code).toBe("reach.origin-unknown");
    expect(host.connected).toBe(0);
    const open = around.target(host, { id: "tower-b", via: "bounce" });
    expect(await around.reach.execute(open, "x", within())).toMatchObject({ exitCode: 0 });
  });

  it("is judged by what the first of two hops saw, asked once for a connection", async () => {
    const { hop, host } = await behindBounce("198.51.100.7");
    const inner = await serve({ forwarding: "allow" });
    around.know(inner.hostKey, { address: "127.0.0.1", port: inner.port });
    around.update({ bounce: hopAt(hop), inner: hopAt(inner, { via: "bounce", allowlist: "both" }) }, office);
    const target = around.target(host, { via: "inner", allowlist: "both" });
    expect(await around.reach.execute(target, "x", within())).toMatchObject({ exitCode: 0 });
    expect(hop.origins).toBe(1);
    expect(inner.origins).toBe(0);
  });
});

describe("a first hop whose connection stands", () => {
  it("is asked once more where it had no session left to answer in", async () => {
    const { hop, host } = await behindBounce("198.51.100.7");
    hop.behaviour.maxSessions = 0;
    const target = around.target(host, { via: "bounce", allowlist: "both" });
    expect((await faultOf(around.reach.execute(target, "x", within()))).code).toBe("reach.origin-unknown");
    delete hop.behaviour.maxSessions;
    expect(await around.reach.execute(target, "x", within())).toMatchObject({ exitCode: 0 });
    expect(around.reach.status().hops[0]?.seen).toMatchObject({ address: "198.51.100.7" });
    expect([hop.connected, hop.origins]).toEqual([1, 1]);
  });

  it("is asked when an allowlist is declared only afterwards, once for all who wait for it", async () => {
    const { hop, host } = await behindBounce("198.51.100.7");
    around.update({ bounce: hopAt(hop) }, {});
    const dial = (allowlist: string | null) =>
      around.reach.dial({ via: "bounce", address: "127.0.0.1", port: host.port, allowlist }, within().signal);
    const kept = await dial(null);
    expect(hop.origins).toBe(0);
    around.update({ bounce: hopAt(hop) }, office);
    const streams = await Promise.all([dial("both"), dial("both")]);
    for (const stream of [kept, ...streams]) stream.destroy();
    expect([hop.connected, hop.origins]).toEqual([1, 1]);
  });

  it("carries what asks for no allowlist where it runs no command at all, on one connection", async () => {
    const { hop, host } = await behindBounce(null);
    hop.behaviour.runsNothing = true;
    const open = around.target(host, { via: "bounce" });
    expect(await around.reach.execute(open, "x", within())).toMatchObject({ exitCode: 0 });
    const guarded = around.target(host, { id: "tower-b", via: "bounce", allowlist: "both" });
    expect((await faultOf(around.reach.execute(guarded, "x", within()))).code).toBe("reach.origin-unknown");
    expect(hop.connected).toBe(1);
  });
});

describe("the source address", () => {
  it("is one of this workstation's own, found without sending anything", async () => {
    expect(await sourceAddressOf("127.0.0.1", never)).toBe("127.0.0.1");
    const own = Object.values(networkInterfaces()).flatMap((list) =>
      (list ?? []).map(({ address }) => address),
    );
    const outward = await sourceAddressOf("192.0.2.1", never);
    if (outward !== null) expect(own).toContain(outward);
  });

  it("is null when it cannot be found or is not waited for", async () => {
    expect(await sourceAddressOf("not an address", never)).toBeNull();
    expect(await sourceAddressOf("127.0.0.1", AbortSignal.abort())).toBeNull();
  });
});

describe("parseOrigin", () => {
  it.each([
    ["198.51.100.7 50000 192.0.2.1 22\n", "198.51.100.7"],
    ["Welcome!\r\n2001:db8::7 50000 2001:db8::1 22\r\n", "2001:db8::7"],
    ["::ffff:198.51.100.7 50000 ::ffff:192.0.2.1 22", "198.51.100.7"],
    ["fe80::1%eth0 50000 fe80::2%eth0 22", "fe80::1"],
    ["", null],
    ["$SSH_CONNECTION\n", null],
    ["command not allowed: 198.51.100.7 22", null],
    ["nonsense 50000 192.0.2.1 22", null],
  ])("reads %j as %j", (answer, origin) => {
    expect(parseOrigin(answer)).toBe(origin);
  });
});
