import { connect as dial } from "node:net";
import type { KeyboardInteractiveAuthMethod } from "ssh2";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { execute, forward, openCommand, TestSite } from "./testing.ts";

let site: TestSite;
beforeEach(async () => {
  site = await TestSite.start();
});
afterEach(async () => {
  await site.close();
  expect(site.failures).toEqual([]);
});

const poweredOn = (machine: string) =>
  new Promise<void>((resolve) => {
    const stop = site.world.onChange((change) => {
      if (change.machine !== machine || site.world.machine(machine).power !== "on") return;
      stop();
      resolve();
    });
  });

/** What comes on a plain TCP connection to a port, up to so many bytes or the end. */
const listen = (port: number, bytes: number) =>
  new Promise<Buffer>((resolve) => {
    const chunks: Buffer[] = [];
    const socket = dial(port, "127.0.0.1");
    const done = () => {
      socket.destroy();
      resolve(Buffer.concat(chunks));
    };
    socket.on("data", (chunk) => {
      chunks.push(chunk);
      if (Buffer.concat(chunks).length >= bytes) done();
    });
    socket.once("close", done);
    socket.on("error", done);
  });

describe("the bounce", () => {
  it("leads to a machine by its in-world address, and says where each side came from", async () => {
    const bounce = await site.connect("bounce");
    expect((await execute(bounce, "echo $SSH_CONNECTION")).output).toMatch(
      /^127\.0\.0\.1 \d+ 192\.0\.2\.1 22\n$/,
    );
    const tower = await site.connectThrough(bounce, "tower-a");
    const result = await execute(tower, "echo $SSH_CONNECTION; hostname; echo no >&2; exit 3");
    expect(result.output).toMatch(/^192\.0\.2\.1 \d+ 192\.0\.2\.10 22\ntower-a\n$/);
    expect([result.error, result.status]).toEqual(["no\n", 3]);
  });

  it.each([
    ["another address", "198.51.100.7", 22],
    ["this computer", "127.0.0.1", 22],
    ["itself", "192.0.2.1", 22],
    ["a name", "tower-a", 22],
  ])("refuses to lead to %s", async (_what, address, port) => {
    const bounce = await site.connect("bounce");
    await expect(forward(bounce, address, port)).rejects.toMatchObject({
      reason: 1,
      message: expect.stringContaining("administratively prohibited"),
    });
    expect((await execute(bounce, "echo still here")).output).toBe("still here\n");
  });

  it("finds a port of a machine closed at which nothing stands", async () => {
    const bounce = await site.connect("bounce");
    await expect(forward(bounce, "192.0.2.10", 80)).rejects.toMatchObject({ reason: 2 });
  });

  it("knows an IPv6 address however it is written", async () => {
    const large = await TestSite.start(255);
    const bounce = await large.connect("bounce");
    const host = await large.connect("host-255", { sock: await forward(bounce, "2001:DB8:0::00FF", 22) });
    expect((await execute(host, "hostname")).output).toBe("host-255\n");
    expect(large.failures).toEqual([]);
    await large.close();
  });

  it("fails to reach a machine that is off, in another way than it forbids", async () => {
    const bounce = await site.connect("bounce");
    site.world.powerOff("web-1");
    await expect(forward(bounce, "192.0.2.21", 22)).rejects.toMatchObject({ reason: 2 });
  });

  it("does not let a password in, nor another key", async () => {
    const password = await site.secret("password");
    await expect(site.connect("bounce", { privateKey: undefined, password } as object)).rejects.toThrow(
      /auth/i,
    );
    const { default: ssh } = await import("ssh2");
    const other = ssh.utils.generateKeyPairSync("ed25519").private;
    await expect(site.connect("bounce", { privateKey: other, passphrase: "" })).rejects.toThrow(/auth/i);
  });
});

describe("a host", () => {
  it("lets the password in by both ways, nobody else, and no other account", async () => {
    const password = await site.secret("password");
    await expect(site.connect("web-1", { password: "wrong" })).rejects.toThrow(/auth/i);
    await expect(site.connect("web-1", { username: "root" })).rejects.toThrow(/auth/i);
    const prompt: KeyboardInteractiveAuthMethod["prompt"] = (
      _name,
      _instructions,
      _language,
      _prompts,
      finish,
    ) => finish([password]);
    const method: KeyboardInteractiveAuthMethod = { type: "keyboard-interactive", username: "ops", prompt };
    const asked = await site.connect("web-1", { authHandler: (_left, _partial, next) => next(method) });
    expect((await execute(asked, "whoami")).output).toBe("ops\n");
  });

  it("carries ten sessions on one connection and refuses the eleventh", async () => {
    const client = await site.connect("web-1");
    const open = await Promise.all(Array.from({ length: 10 }, () => openCommand(client, "sleep 100000")));
    await expect(openCommand(client, "true")).rejects.toThrow(/open failed/i);
    open[0]?.resume().close();
    await new Promise((resolve) => open[0]?.once("close", resolve));
    expect((await execute(client, "echo again")).output).toBe("again\n");
  });

  it("reads scripts, gives bytes back unchanged and holds back when nobody reads", async () => {
    const client = await site.connect("web-1");
    expect((await execute(client, "sh -s", "x=1\necho $((x+1))\n")).output).toBe("2\n");
    const bytes = "\u0000\u00ff\r\n".repeat(50_000);
    const echoed = await execute(client, "sha256sum; echo end", bytes);
    const { createHash } = await import("node:crypto");
    expect(echoed.output).toContain(createHash("sha256").update(bytes).digest("hex"));
    const endless = await openCommand(client, "yes");
    await new Promise((resolve) => endless.once("readable", resolve));
    endless.destroy();
    expect((await execute(client, "echo alive")).output).toBe("alive\n");
  });

  it("ends a command at the signal of the client", async () => {
    const client = await site.connect("web-1");
    const channel = await openCommand(client, "sleep 100000");
    const ended = new Promise((resolve) => channel.once("exit", resolve));
    channel.signal("TERM");
    channel.resume();
    expect(await ended).toBe(143);
  });

  it("lets a command go on whose connection broke, until it writes", async () => {
    const client = await site.connect("web-1");
    const channel = await openCommand(client, "touch /tmp/before; sleep 20; touch /tmp/after");
    await new Promise((resolve) => setImmediate(resolve));
    channel.resume();
    const second = await site.connect("web-1");
    while ((await execute(second, "ls /tmp")).output === "")
      await new Promise((resolve) => setImmediate(resolve));
    client.destroy();
    await execute(second, "while [ ! -e /tmp/after ]; do sleep 1; done");
    expect((await execute(second, "ls /tmp")).output).toBe("after\nbefore\n");
  });

  it("refuses SFTP and everything else that is no shell", async () => {
    const client = await site.connect("web-1");
    await expect(new Promise((_, reject) => client.sftp((error) => reject(error)))).rejects.toThrow(
      /subsystem/i,
    );
    await expect(forward(client, "192.0.2.10", 22)).rejects.toMatchObject({ reason: 1 });
    await expect(
      new Promise((_, reject) => client.forwardIn("127.0.0.1", 0, (error) => reject(error))),
    ).rejects.toBeTruthy();
    expect((await execute(client, "scp -t /tmp")).status).toBe(127);
  });

  it("goes down with its sessions at a reboot and comes back as another boot", async () => {
    const client = await site.connect("tower-b");
    const before = (await execute(client, "cat /proc/sys/kernel/random/boot_id")).output;
    const closed = new Promise<void>((resolve) => client.once("close", () => resolve()));
    const sent = await execute(client, "sudo -n systemctl reboot");
    expect(sent.status).toBe(0);
    const up = poweredOn("tower-b");
    await closed;
    await expect(site.connect("tower-b")).rejects.toThrow(/ECONNREFUSED/);
    await up;
    const after = await execute(await site.connect("tower-b"), "cat /proc/sys/kernel/random/boot_id");
    expect(after.output).toMatch(/^[0-9a-f-]{36}\n$/);
    expect(after.output).not.toBe(before);
  });
});

describe("faults", () => {
  it("wrong-host-key shows another key, and clear the old one again", async () => {
    const keys: string[] = [];
    const hostVerifier = (key: Buffer) => {
      keys.push(key.toString("base64"));
      return true;
    };
    await site.connect("web-1", { hostVerifier });
    site.world.inject(["wrong-host-key", "web-1"]);
    await site.connect("web-1", { hostVerifier });
    site.world.clear();
    await site.connect("web-1", { hostVerifier });
    expect(keys[1]).not.toBe(keys[0]);
    expect(keys[2]).toBe(keys[0]);
  });

  it("wrong-password refuses what was right", async () => {
    site.world.inject(["wrong-password", "web-1"]);
    await expect(site.connect("web-1")).rejects.toThrow(/auth/i);
    site.world.clear();
    await site.connect("web-1");
  });

  it("garbage and endless-banner speak no SSH", async () => {
    site.world.inject(["garbage", "web-1"]);
    expect((await listen(site.port("web-1"), 60_000)).toString("latin1")).not.toMatch(/^SSH-/m);
    site.world.inject(["endless-banner", "web-2"]);
    const banner = (await listen(site.port("web-2"), 2_000_000)).toString();
    expect(banner).toMatch(/^This line number 1 is not the last one\.\r\n/);
    expect(banner).not.toContain("SSH-");
  });

  it.each(["machine-hang", "link-cut"])("%s holds everything back and loses nothing", async (name) => {
    const client = await site.connect("web-1");
    const channel = await openCommand(client, "cat");
    let output = "";
    channel.on("data", (bytes: Buffer) => {
      output += bytes;
    });
    site.world.inject([name, "web-1"]);
    channel.write("held\n");
    const silent = await Promise.race([
      listen(site.port("web-1"), 1),
      new Promise<string>((resolve) => setTimeout(() => resolve("nothing"), 50)),
    ]);
    expect([output, silent]).toEqual(["", "nothing"]);
    site.world.clear();
    while (output !== "held\n") await new Promise((resolve) => setImmediate(resolve));
  });

  it("link-cut lets the bounce find nobody", async () => {
    const bounce = await site.connect("bounce");
    site.world.inject(["link-cut", "tower-a"]);
    await expect(forward(bounce, "192.0.2.10", 22)).rejects.toMatchObject({ reason: 2 });
  });

  it("link-slow lets so many bytes through and no more", async () => {
    site.world.inject(["link-slow", "web-1", "40"]);
    // The server's first line alone has more bytes than pass in half a second.
    const words = await Promise.race([
      listen(site.port("web-1"), 10),
      new Promise<Buffer>((resolve) => setTimeout(() => resolve(Buffer.alloc(0)), 4_000)),
    ]);
    expect(words.toString()).toMatch(/^SSH-2\.0/);
    expect(words.length).toBeLessThan(20);
  });

  it("machine-dead goes without a farewell, and its old connections are reset after the next boot", async () => {
    const client = await site.connect("tower-a");
    const channel = await openCommand(client, "sleep 100000");
    channel.resume();
    let closed = false;
    const end = new Promise<void>((resolve) =>
      client.once("close", () => {
        closed = true;
        resolve();
      }),
    );
    site.world.inject(["machine-dead", "tower-a"]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(closed).toBe(false);
    await expect(site.connect("tower-a")).rejects.toThrow(/ECONNREFUSED/);
    site.world.clear();
    await end;
    expect((await execute(await site.connect("tower-a"), "echo up")).output).toBe("up\n");
  });

  it("bounce-down breaks what runs through it and refuses connections until it is lifted", async () => {
    const bounce = await site.connect("bounce");
    const tower = await site.connectThrough(bounce, "tower-a");
    const gone = new Promise<void>((resolve) => tower.once("close", () => resolve()));
    site.world.inject(["bounce-down"]);
    await gone;
    await expect(site.connect("bounce")).rejects.toThrow(/ECONNREFUSED/);
    site.world.clear();
    for (;;) {
      const again = await site.connect("bounce").catch(() => null);
      if (!again) continue;
      expect((await execute(again, "echo back")).output).toBe("back\n");
      break;
    }
  });
});
