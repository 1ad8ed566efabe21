import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { finish, TestServer } from "./testing/ssh-server.ts";
import { faultOf, hopAt, Surroundings, within } from "./testing/surroundings.ts";

const ranges = {
  office: ["198.51.100.0/24"],
  here: ["127.0.0.0/8"],
  both: ["127.0.0.0/8", "198.51.100.0/24"],
};
let around: Surroundings;
let source: string | null;
let clock: number;
const servers: TestServer[] = [];

async function serve(...behaviour: Parameters<typeof TestServer.start>): Promise<TestServer> {
  const server = await TestServer.start(...behaviour);
  servers.push(server);
  return server;
}

/** A bounce that sees this workstation as `origin` says when it is asked. */
async function bounce(origin: () => string | null): Promise<TestServer> {
  const hop = await serve({ forwarding: "allow" });
  hop.behaviour.origin = (channel) => {
    const address = origin();
    finish(channel, address === null ? "\n" : `${address} 40000 192.0.2.1 22\n`);
  };
  around.know(hop.hostKey, { address: "127.0.0.1", port: hop.port });
  return hop;
}

beforeEach(() => {
  source = "127.0.0.1";
  clock = 1000;
  around = new Surroundings({ sourceAddressOf: async () => source, now: () => clock });
});
afterEach(async () => {
  await around.close();
  for (const server of servers.splice(0)) await server.close();
});

const place = (more: object = {}) => ({ via: null, address: "127.0.0.1", port: 9, ...more });
const seen = () => around.reach.status().hops[0]?.seen;

describe("a system", () => {
  it("stands outside as soon as it was about to reach what is out of range, and nothing was sent", async () => {
    const server = await serve();
    around.update({}, ranges);
    const fault = await faultOf(
      around.reach.of("east").dial(place({ port: server.port, allowlist: "office" }), within().signal),
    );
    expect(fault.code).toBe("reach.outside-allowlist");
    await expect.poll(() => around.reach.outside("east", "any")?.en).toContain("198.51.100.0/24");
    expect(around.reach.status()).toMatchObject({ state: "outside", outside: [{ system: "east" }] });
    expect(await around.reach.checkAllowlist({ id: "any" }, "east")).toMatchObject({ allowed: false });
    expect(around.reach.outside("west", "any")).toBeNull();
    expect(server.connected).toBe(0);
  });

  it("is judged anew at once when the estate or the network is another one", async () => {
    around.update({}, ranges);
    const target = around.target({ port: 9 }, { allowlist: "here" });
    const reach = around.reach.of("east");
    await faultOf(reach.execute(target, "x", within()));
    await expect.poll(() => around.reach.status().state).toBe("inside");
    source = "203.0.113.9";
    await around.reach.recheck("network");
    expect(around.reach.outside("east", target.id)?.en).toContain("203.0.113.9");
    expect(around.reach.outside("east", "another-host")).toBeNull();
    around.update({}, { ...ranges, here: ["203.0.113.0/24"] });
    await expect.poll(() => around.reach.outside("east", target.id)).toBeNull();
  });

  it("that goes outside finishes what is under way, and is sent nothing more until it is inside again", async () => {
    let finishing = () => {};
    const server = await serve({
      run: (command, channel) => {
        if (command === "slow") finishing = () => finish(channel, "done\n");
        else finish(channel, "quick\n");
      },
    });
    around.update({}, ranges);
    const target = around.target(server, { allowlist: "here" });
    const slow = around.reach.execute(target, "slow", within());
    await expect.poll(() => server.commands).toContain("slow");
    around.reach.leaveOutside();
    expect(await around.reach.execute(target, "quick", within())).toMatchObject({ output: "quick\n" });
    source = "203.0.113.9";
    await around.reach.recheck("network");
    around.reach.leaveOutside();
    const fault = await faultOf(around.reach.execute(target, "more", within()));
    expect(fault.code).toBe("reach.outside-allowlist");
    finishing();
    expect(await slow).toMatchObject({ output: "done\n" });
    await expect.poll(() => server.connections.size).toBe(0);
    source = "127.0.0.1";
    await around.reach.recheck("network");
    expect(await around.reach.execute(target, "quick", within())).toMatchObject({ output: "quick\n" });
    expect([server.connected, server.commands.includes("more")]).toEqual([2, false]);
  });

  it("that is reached in several ways is outside only by all of them", async () => {
    around.update({}, ranges);
    const reach = around.reach.of("east");
    await faultOf(reach.dial(place({ allowlist: "office" }), within().signal));
    await expect.poll(() => around.reach.outside("east", null)).not.toBeNull();
    await faultOf(reach.dial(place({ allowlist: "here" }), within().signal));
    await expect.poll(() => around.reach.outside("east", null)).toBeNull();
  });

  it("that is made anew or no longer declared stands nowhere", async () => {
    around.update({}, ranges);
    for (const system of ["east", "west"]) {
      await faultOf(around.reach.of(system).dial(place({ allowlist: "office" }), within().signal));
      await expect.poll(() => around.reach.outside(system, null)).not.toBeNull();
    }
    around.reach.of("east");
    around.reach.retain((system) => system === "east");
    around.update({}, ranges);
    await expect.poll(() => around.reach.status().outside).toEqual([]);
  });
});

describe("a hop", () => {
  it("says how it sees this workstation, and since when that is known", async () => {
    const hop = await bounce(() => "198.51.100.7");
    around.update({ bounce: hopAt(hop, { allowlist: "here" }) }, ranges);
    await expect.poll(seen).toMatchObject({ state: "inside", address: "127.0.0.1", at: 1000 });
    expect(seen()?.text.en).toContain("would use 127.0.0.1");
    clock = 5000;
    const behind = place({ via: "bounce", port: (await serve()).port, allowlist: "both" });
    (await around.reach.of("east").dial(behind, within().signal)).destroy();
    await expect.poll(seen).toMatchObject({ state: "inside", address: "198.51.100.7", at: 5000 });
    expect(seen()?.text.en).toContain("as 198.51.100.7");
  });

  it("that sees it outside of what lies behind is outside, before that is asked anything", async () => {
    const hop = await bounce(() => "203.0.113.9");
    const host = await serve();
    around.update({ bounce: hopAt(hop) }, ranges);
    const behind = place({ via: "bounce", port: host.port, allowlist: "both" });
    await faultOf(around.reach.of("east").dial(behind, within().signal));
    await expect.poll(seen).toMatchObject({ state: "outside", address: "203.0.113.9" });
    expect(around.reach.outside("east", null)?.en).toContain("203.0.113.9");
    expect(host.connected).toBe(0);
  });

  it("keeps what it has told over a change of the network that its connection outlives", async () => {
    const hop = await bounce(() => "198.51.100.7");
    const host = await serve();
    around.update({ bounce: hopAt(hop) }, ranges);
    const behind = place({ via: "bounce", port: host.port, allowlist: "both" });
    const stream = await around.reach.dial(behind, within().signal);
    clock = 9000;
    await around.reach.recheck("network");
    expect(seen()).toMatchObject({ address: "198.51.100.7", at: 9000 });
    stream.destroy();
  });

  it("that does not tell, is not asked or is itself behind another says that", async () => {
    const hop = await bounce(() => null);
    const inner = await serve({ forwarding: "allow" });
    around.know(inner.hostKey, { address: "127.0.0.1", port: inner.port });
    const hops = { bounce: hopAt(hop), inner: hopAt(inner, { via: "bounce" }) };
    around.update(hops, {});
    expect(seen()?.text.en).toContain("No allowlist");
    around.update(hops, ranges);
    expect(seen()).toMatchObject({ state: "unknown", address: null, at: null });
    await faultOf(around.reach.dial(place({ via: "bounce", allowlist: "both" }), within().signal));
    expect(seen()?.text.en).toContain("does not tell");
    expect(around.reach.status().hops[1]?.seen.text.en).toContain("through bounce");
  });
});
