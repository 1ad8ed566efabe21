import type { AuthContext, ServerChannel } from "ssh2";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { destroySocket, finish, TestServer } from "./testing/ssh-server.ts";
import { faultOf, hopAt, Surroundings, within } from "./testing/surroundings.ts";

let around: Surroundings;
const servers: TestServer[] = [];

async function serve(...behaviour: Parameters<typeof TestServer.start>): Promise<TestServer> {
  const server = await TestServer.start(...behaviour);
  servers.push(server);
  return server;
}

beforeEach(() => {
  around = new Surroundings();
});
afterEach(async () => {
  await around.close();
  for (const server of servers.splice(0)) await server.close();
});

describe("execute", () => {
  it("runs a command and returns its words and exit code", async () => {
    const server = await serve({ run: (_command, channel) => finish(channel, "été\n", 3) });
    const done = await around.reach.execute(around.target(server), "uptime", within());
    expect(done).toEqual({ exitCode: 3, signal: null, output: "été\n", error: "", truncated: false });
    expect(around.types()).toEqual(["login.intent", "login.accepted"]);
    expect(around.reach.provenHostKey("tower-a")).toMatch(/^SHA256:/);
  });

  it("keeps the two streams apart, decodes across chunks and tells both live", async () => {
    const bytes = Buffer.from("é");
    const server = await serve({
      run: (_command, channel) => {
        channel.stderr.write("wrong\n");
        channel.write(bytes.subarray(0, 1), () => {
          setImmediate(() => finish(channel, bytes.subarray(1).toString("latin1")));
        });
        channel.setDefaultEncoding("latin1");
      },
    });
    const heard: string[] = [];
    const done = await around.reach.execute(around.target(server), "x", {
      ...within(),
      onOutput: (stream, words) => heard.push(`${stream} ${words}`),
    });
    expect(done).toMatchObject({ output: "é", error: "wrong\n" });
    expect(heard.sort()).toEqual(["error wrong\n", "output é"]);
  });

  it("keeps no more than the limit and says so", async () => {
    const server = await serve({ run: (_command, channel) => finish(channel, "x".repeat(5_000_000)) });
    const done = await around.reach.execute(around.target(server), "yes", { ...within(), limit: 1000 });
    expect(done.output).toBe("x".repeat(1000));
    expect(done.truncated).toBe(true);
  });

  it("sends the input and reports an exit signal", async () => {
    const server = await serve({
      run: (_command, channel) => {
        let input = "";
        channel.on("data", (bytes: Buffer) => {
          input += bytes.toString();
        });
        channel.on("end", () =>
          channel.write(input, () => {
            channel.exit("KILL");
            channel.end();
          }),
        );
      },
    });
    const done = await around.reach.execute(around.target(server), "cat", { ...within(), input: "words" });
    expect(done).toMatchObject({ exitCode: null, signal: "SIGKILL", output: "words" });
  });

  it("gives up at the deadline and says that the command had begun", async () => {
    const server = await serve({
      run: (command, channel) => {
        if (command === "true") finish(channel, "");
      },
    });
    const target = around.target(server);
    await around.reach.execute(target, "true", within());
    let started = false;
    const fault = await faultOf(
      around.reach.execute(target, "sleep 1000", {
        ...within(300),
        onStarted: () => {
          started = true;
        },
      }),
    );
    expect(fault.code).toBe("reach.deadline");
    expect(fault.message).toContain("was cut off");
    expect(started).toBe(true);
  });

  it("is cancelled by its signal and the connection serves on", async () => {
    const server = await serve({
      run: (command, channel) => {
        if (command === "true") finish(channel, "");
      },
    });
    const target = around.target(server);
    const stop = new AbortController();
    const running = around.reach.execute(target, "sleep 1000", {
      signal: stop.signal,
      deadline: 10_000,
      onStarted: () => stop.abort(),
    });
    expect((await faultOf(running)).code).toBe("general.cancelled");
    expect(await around.reach.execute(target, "true", within())).toMatchObject({ exitCode: 0 });
    expect(server.connected).toBe(1);
  });

  it("reports a connection that dies in the middle as lost, after having said that the command began", async () => {
    const server = await serve({ run: (_command, _channel, connection) => destroySocket(connection) });
    let started = false;
    const fault = await faultOf(
      around.reach.execute(around.target(server), "reboot", {
        ...within(),
        onStarted: () => {
          started = true;
        },
      }),
    );
    expect(fault.code).toBe("reach.connection-lost");
    expect(fault.message).toContain("tower-a.example");
    expect(started).toBe(true);
  });

  it("asks a connection that was silent whether it still answers, and replaces it when it does not", async () => {
    await around.close();
    around = new Surroundings({ times: { doubtAfter: 0 } });
    const server = await serve();
    const target = around.target(server);
    await around.reach.execute(target, "one", within());
    server.kill();
    expect(await around.reach.execute(target, "two", within())).toMatchObject({ output: "two\n" });
  });

  it("does not say that a refused command began", async () => {
    const server = await serve({ maxSessions: 0 });
    let started = false;
    const fault = await faultOf(
      around.reach.execute(around.target(server), "x", {
        ...within(),
        onStarted: () => {
          started = true;
        },
      }),
    );
    expect(fault.code).toBe("reach.channel-refused");
    expect(started).toBe(false);
  });

  it("starts nothing when the journal cannot be written", async () => {
    const server = await serve();
    const target = around.target(server);
    around.journalFull = true;
    expect((await faultOf(around.reach.execute(target, "x", within()))).code).toBe("journal.cannot-write");
    expect(server.attempts).toEqual([]);
  });
});

describe("sharing connections", () => {
  const slow = (words: string) => ({
    run: (_command: string, channel: Parameters<typeof finish>[0]) => {
      setTimeout(() => finish(channel, words), 50);
    },
  });

  it("shares one connecting attempt and never carries more than ten channels on a connection", async () => {
    const server = await serve(slow("done"));
    const target = around.target(server);
    const all = await Promise.all(
      Array.from({ length: 25 }, () => around.reach.execute(target, "x", within())),
    );
    expect(all.every(({ output }) => output === "done")).toBe(true);
    expect(server.mostChannels).toBeLessThanOrEqual(10);
    expect(server.connected).toBe(3);
  });

  it("learns a lower limit from refused sessions", async () => {
    const server = await serve({ ...slow("done"), maxSessions: 2 });
    const target = around.target(server);
    const all = await Promise.all(
      Array.from({ length: 7 }, () => around.reach.execute(target, "x", within())),
    );
    expect(all.every(({ output }) => output === "done")).toBe(true);
    expect(server.mostChannels).toBe(2);
  });

  it("has those refused wait for a further connection, however long its log-in takes", async () => {
    const running: ServerChannel[] = [];
    const held: AuthContext[] = [];
    const server = await serve({
      maxSessions: 2,
      run: (_command, channel) => running.push(channel),
      authenticate: (context) => {
        if (context.method !== "password") context.reject(["password"]);
        else if (server.attempts.length === 1) context.accept();
        else held.push(context);
      },
    });
    const target = around.target(server);
    const all = Promise.all(Array.from({ length: 7 }, () => around.reach.execute(target, "x", within())));
    await expect.poll(() => held.length, { timeout: 10_000 }).toBeGreaterThan(0);
    await expect.poll(() => [running.length, server.refusedSessions], { timeout: 10_000 }).toEqual([2, 5]);
    for (let served = 0; served < 7; served++) {
      await expect.poll(() => running.length, { timeout: 10_000 }).toBeGreaterThan(0);
      const [channel] = running.splice(0, 1);
      if (channel) finish(channel, "done");
    }
    expect((await all).every(({ output }) => output === "done")).toBe(true);
    expect(server.refusedSessions).toBe(5);
  });

  it("tries again where a place is given back late, without another log-in", async () => {
    const server = await serve({ maxSessions: 1, lateToGiveBack: true });
    const target = around.target(server);
    for (const word of ["one", "two", "three"]) {
      expect(await around.reach.execute(target, word, within())).toMatchObject({ output: `${word}\n` });
    }
    expect(server.commands).toEqual(["one", "two", "three"]);
    expect(server.refusedSessions).toBe(2);
    expect(server.connected).toBe(1);
  });

  it("tells all who wait when the one attempt fails, and sends a wrong password once", async () => {
    const server = await serve();
    around.secrets.set("keychain:right", "wrong");
    const target = around.target(server);
    const faults = await Promise.all(
      Array.from({ length: 5 }, () => faultOf(around.reach.execute(target, "x", within()))),
    );
    expect(faults.map(({ code }) => code)).toEqual(Array(5).fill("reach.login-refused"));
    expect(server.attempts).toEqual(["password wrong"]);
  });

  it("closes idle connections", async () => {
    await around.close();
    around = new Surroundings({ limits: { idle: 20 } });
    const server = await serve();
    await around.reach.execute(around.target(server), "x", within());
    await expect.poll(() => server.connections.size).toBe(0);
  });
});

describe("hops", () => {
  it("goes through two hops", async () => {
    const [first, second, host] = await Promise.all([
      serve({ forwarding: "allow" }),
      serve({ forwarding: "allow" }),
      serve(),
    ]);
    const hops = { outer: hopAt(first), inner: hopAt(second, { via: "outer" }) };
    around.update(hops);
    around.know(first.hostKey, hops.outer);
    around.know(second.hostKey, hops.inner);
    const done = await around.reach.execute(around.target(host, { via: "inner" }), "hello", within());
    expect(done.output).toBe("hello\n");
    const [outer, inner] = around.reach.status().hops;
    expect(outer).toMatchObject({ id: "outer", state: "connected", channels: 1 });
    expect(inner).toMatchObject({ id: "inner", state: "connected", channels: 1 });
  });

  it("names the hop that refuses to forward", async () => {
    const [hop, host] = await Promise.all([serve({ forwarding: "prohibit" }), serve()]);
    around.update({ bounce: hopAt(hop, { name: "bounce.example" }) });
    around.know(hop.hostKey, { address: "127.0.0.1", port: hop.port });
    const fault = await faultOf(around.reach.execute(around.target(host, { via: "bounce" }), "x", within()));
    expect(fault.code).toMatch(/^reach\.forward-/);
    expect(fault.message).toContain("bounce.example");
    expect(host.attempts).toEqual([]);
  });

  it("ends a command as lost when the bounce dies in the middle of it", async () => {
    const hop = await serve({ forwarding: "allow" });
    const host = await serve({ run: () => hop.kill() });
    around.update({ bounce: hopAt(hop) });
    around.know(hop.hostKey, { address: "127.0.0.1", port: hop.port });
    let started = false;
    const fault = await faultOf(
      around.reach.execute(around.target(host, { via: "bounce" }), "reboot", {
        ...within(),
        onStarted: () => {
          started = true;
        },
      }),
    );
    expect(fault.code).toBe("reach.connection-lost");
    expect(started).toBe(true);
  });

  it("refuses a hop that is missing and hops that lead in a circle", async () => {
    const host = await serve();
    const missing = await faultOf(around.reach.execute(around.target(host, { via: "none" }), "x", within()));
    expect(missing.code).toBe("reach.hop-unknown");
    around.update({ a: hopAt(host, { via: "b" }), b: hopAt(host, { via: "a" }) });
    const circle = await faultOf(around.reach.execute(around.target(host, { via: "a" }), "x", within()));
    expect(circle.code).toBe("reach.hop-unknown");
  });

  it("takes no connection along that runs over a hop as it was declared before", async () => {
    const [before, after, host] = await Promise.all([
      serve({ forwarding: "allow" }),
      serve({ forwarding: "allow" }),
      serve(),
    ]);
    for (const hop of [before, after]) around.know(hop.hostKey, { address: "127.0.0.1", port: hop.port });
    const target = around.target(host, { via: "bounce" });
    around.update({ bounce: hopAt(before) });
    await around.reach.execute(target, "x", within());
    around.update({ bounce: hopAt(after) });
    await around.reach.execute(target, "x", within());
    expect(after.connected).toBe(1);
    await expect.poll(() => before.connections.size).toBe(0);
  });
});
