import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { OpsError } from "../../../../shared/errors.ts";
import { FakePve } from "../testing/fake-pve.ts";
import { clientOn, type Opening } from "../testing/opened-client.ts";
import { ProxmoxRefusal } from "./refusal.ts";
import type { ProxmoxClient } from "./session.ts";
import { usualTimes } from "./times.ts";
import { readTotpSecret, totpCode, totpStep } from "./totp.ts";

const seed = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const signal = new AbortController().signal;

async function faultOf(work: Promise<unknown>): Promise<OpsError> {
  const thrown = await work.then(
    () => null,
    (error: unknown) => error,
  );
  if (!(thrown instanceof OpsError)) throw new Error("no OpsError was thrown", { cause: thrown });
  return thrown;
}

function codeAt(at: number): string {
  const secret = readTotpSecret(seed);
  if (!secret) throw new Error("no secret");
  return totpCode(secret, totpStep(secret, at));
}

describe("a Proxmox VE client", () => {
  let pve: FakePve;
  const clients: ProxmoxClient[] = [];
  const extra: FakePve[] = [];

  beforeEach(async () => {
    pve = await new FakePve().start();
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await Promise.all([pve, ...extra.splice(0)].map((each) => each.stop()));
  });

  function open(opening: Opening = {}, ports = [pve.port]): ProxmoxClient {
    const client = clientOn(ports, {
      ...opening,
      config: { pins: [pve.pin, pve.otherPin], ...opening.config },
    });
    clients.push(client);
    return client;
  }
  async function another(other = false): Promise<FakePve> {
    const made = await new FakePve().start(other);
    extra.push(made);
    return made;
  }
  const version = (client: ProxmoxClient) => client.call({ request: "version", signal });
  const stop = (client: ProxmoxClient, onSent?: () => void) =>
    client.call({
      request: "taskStop",
      at: { node: "pve-1", upid: "UPID:pve-1:0:0:0:x::console@pve:" },
      signal,
      ...(onSent && { onSent }),
    });

  it("logs in once for all requests that wait for it", async () => {
    const client = open();
    await Promise.all([version(client), version(client), version(client)]);
    expect(pve.count("POST /access/ticket")).toBe(1);
    expect(await version(client)).toMatchObject({ release: "9.1" });
  });

  it("sends the token against forged requests with writes alone", async () => {
    const client = open();
    pve.on("DELETE /nodes/pve-1/tasks/{upid}", null);
    await version(client);
    await stop(client);
    const [, read, write] = pve.seen;
    expect(read?.headers.csrfpreventiontoken).toBeUndefined();
    expect(write?.headers.csrfpreventiontoken).toMatch(/^csrf:PVE:console@pve:1/);
  });

  it("proves itself by an API token without logging in", async () => {
    const client = open({
      secret: "token-secret",
      config: { user: "console@pve!passerelle", token: "keychain:forge" },
    });
    await version(client);
    expect(pve.count("POST /access/ticket")).toBe(0);
  });

  it("leaves a refused API token alone for a minute", async () => {
    let now = 1_800_000_000_000;
    const client = open({
      now: () => now,
      secret: "wrong",
      config: { user: "console@pve!passerelle", token: "keychain:forge" },
    });
    expect((await faultOf(version(client))).code).toBe("proxmox.login-refused");
    await faultOf(version(client));
    expect(pve.seen).toHaveLength(1);
    now += 61_000;
    await faultOf(version(client));
    expect(pve.seen).toHaveLength(2);
  });

  it("logs in anew when the ticket has ended in the middle, and repeats what was not begun", async () => {
    const client = open();
    pve.on("DELETE /nodes/pve-1/tasks/{upid}", null);
    await version(client);
    pve.expire();
    await version(client);
    pve.expire();
    await stop(client);
    expect(pve.count("POST /access/ticket")).toBe(3);
  });

  it("renews a ticket with itself before it ends, and logs in where that is not accepted", async () => {
    let now = 1_800_000_000_000;
    const client = open({ now: () => now });
    await version(client);
    now += 91 * 60_000;
    await version(client);
    expect(pve.seen.at(-2)?.parameters.password).toMatch(/^PVE:console@pve:1:/);
    pve.expire();
    now += 91 * 60_000;
    await version(client);
    expect(pve.seen.at(-2)?.parameters.password).toBe("secret");
  });

  it("does not try a refused password again by itself, but after it was put right", async () => {
    const client = open({ secret: "wrong" });
    expect((await faultOf(version(client))).code).toBe("proxmox.login-refused");
    expect((await faultOf(version(client))).code).toBe("proxmox.login-refused");
    expect(pve.count("POST /access/ticket")).toBe(1);
    client.forgive();
    pve.password = "wrong";
    await version(client);
  });

  describe("with a second factor", () => {
    it("answers the challenge with a code of the stored secret", async () => {
      const now = 1_800_000_000_000;
      pve.code = codeAt(now);
      const client = open({ totp: seed, now: () => now });
      await version(client);
      expect(pve.seen[1]?.parameters["tfa-challenge"]).toMatch(/^PVE:!tfa!/);
    });

    it("uses no code twice: it waits for the next", async () => {
      // The clock stands at the last tenth of a second of a period, and goes on from there.
      const from = Date.now();
      const now = () => 1_800_000_029_900 + (Date.now() - from);
      pve.code = codeAt(now());
      const client = open({ totp: seed, now });
      await version(client);
      const spent = pve.code;
      pve.expire();
      pve.code = codeAt(1_800_000_030_000);
      await version(client);
      expect(pve.code).not.toBe(spent);
    });

    it("asks a person where no secret is stored", async () => {
      pve.code = "123456";
      const asked: string[] = [];
      const ask = async ({ target }: { target: string }) => {
        asked.push(target);
        return ["123 456"];
      };
      await version(open({ ask }));
      expect(asked).toEqual(["forge"]);
    });

    it("says that the code is wrong, and does not try again", async () => {
      pve.code = "000000";
      const client = open({ totp: seed, now: () => Date.now() });
      expect((await faultOf(version(client))).code).toBe("proxmox.second-factor-refused");
      await faultOf(version(client));
      expect(pve.count("POST /access/ticket")).toBe(2);
    });

    it("says how far the clocks are apart where that is why", async () => {
      pve.code = "000000";
      pve.ahead = 125_000;
      const fault = await faultOf(version(open({ totp: seed })));
      expect(fault.code).toBe("proxmox.clock-skew");
      expect(fault.text.en).toMatch(/is 12[3-6] s ahead of that of this workstation/);
    });

    it("says that it cannot give a security key, and that a stored secret is none", async () => {
      pve.code = "000000";
      pve.challenge = { webauthn: {} };
      expect((await faultOf(version(open({ totp: seed })))).code).toBe("proxmox.second-factor-unknown");
      pve.challenge = { totp: true };
      expect((await faultOf(version(open({ totp: "18" })))).code).toBe("proxmox.totp-unreadable");
    });
  });

  describe("in front of several nodes", () => {
    it("asks the next where one cannot be reached, and begins with that one from then on", async () => {
      const dead = await another();
      const port = dead.port;
      await dead.stop();
      const client = open({}, [port, pve.port]);
      await version(client);
      expect(client.failedDoors.map(({ fault }) => fault.code)).toEqual(["reach.refused"]);
      await version(client);
      expect(pve.count("GET /version")).toBe(2);
    });

    it("passes over a node whose certificate has changed, and says which", async () => {
      const changed = await another(true);
      const client = open({ config: { pins: [pve.pin] } }, [changed.port, pve.port]);
      await version(client);
      expect(changed.seen).toHaveLength(0);
      expect(client.failedDoors[0]?.fault.code).toBe("proxmox.certificate-changed");
    });

    it("takes a certificate that changed for the reason, where nothing else answers", async () => {
      const dead = await another();
      const port = dead.port;
      await dead.stop();
      const client = open({ config: { pins: ["00".repeat(32)] } }, [port, pve.port]);
      expect((await faultOf(version(client))).code).toBe("proxmox.certificate-changed");
      expect(pve.seen).toHaveLength(0);
    });

    it("reads at the next where one closes or is a web page, but never sends a write twice", async () => {
      const broken = await another();
      for (const [at, node] of [broken, pve].entries()) {
        node.on("DELETE /nodes/pve-1/tasks/{upid}", null);
        node.token = "console@pve!passerelle=secret";
        if (at === 0) {
          broken.intercept = (_seen, response) => {
            response.destroy();
            return true;
          };
        }
      }
      const config = { user: "console@pve!passerelle", token: "keychain:forge" as const };
      await version(open({ config }, [broken.port, pve.port]));
      const before = [broken.seen.length, pve.seen.length];
      let sent = 0;
      const fault = await faultOf(stop(open({ config }, [broken.port, pve.port]), () => (sent += 1)));
      expect(fault.code).toBe("proxmox.closed");
      expect(sent).toBe(1);
      expect([broken.seen.length, pve.seen.length]).toEqual([(before[0] ?? 0) + 1, before[1]]);
      broken.intercept = (_seen, response) => {
        response.writeHead(200, { "content-type": "text/html" }).end("<html>Log in</html>");
        return true;
      };
      await version(open({ config }, [broken.port, pve.port]));
    });

    it("does not wait long for one that says nothing, where another can answer", async () => {
      const silent = await another();
      // Its time is over once it has the request, however long that took to come.
      silent.intercept = () => {
        setImmediate(() => vi.advanceTimersByTime(usualTimes.attempt));
        return true;
      };
      const config = { user: "console@pve!passerelle", token: "keychain:forge" as const };
      const client = open({ secret: "token-secret", config }, [silent.port, pve.port]);
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
      try {
        await version(client);
        expect(client.failedDoors[0]?.fault.code).toBe("proxmox.timed-out");
        await version(client);
      } finally {
        vi.useRealTimers();
      }
      expect([silent.seen.length, pve.seen.length]).toEqual([1, 2]);
    });

    it("notices an address that fails before it is needed", async () => {
      const changed = await another(true);
      const client = open({ config: { pins: [pve.pin] } }, [pve.port, changed.port]);
      await version(client);
      await client.tryDoors(signal);
      expect(client.failedDoors.map(({ fault }) => fault.code)).toEqual(["proxmox.certificate-changed"]);
    });
  });

  describe("takes in", () => {
    const token = { user: "console@pve!passerelle", token: "keychain:forge" as const };
    const opened = () => open({ secret: "token-secret", config: token });
    const says = (status: number, reason: string, body = "", type = "application/json") =>
      pve.on("GET /version", () => ({ status, reason, body, type }));

    it.each([
      [403, "Permission check failed (/vms/100, VM.Audit)", "not-allowed", /VM\.Audit on \/vms\/100/],
      [403, "Permission check failed (user != root@pam)", "not-allowed", /user != root@pam/],
      [595, "Errors during connection establishment", "node-unreachable", /cannot reach the node/],
      [596, "Broken pipe", "node-lost", /lost the connection/],
      [501, "Method 'GET /version' not implemented", "not-offered", /does not offer this/],
      [500, "cluster not ready - no quorum?", "no-quorum", /no quorum/],
      [500, "Configuration file 'nodes/pve-1/qemu-server/9.conf' does not exist", "gone", /does not exist/],
      [500, "VM is locked (backup)", "locked", /locked \(backup\)/],
      [500, "Löschen fehlgeschlagen", "refused", /Löschen fehlgeschlagen/],
    ])("%d %s", async (status, reason, code, words) => {
      says(status, reason);
      const fault = await faultOf(version(opened()));
      expect(fault).toBeInstanceOf(ProxmoxRefusal);
      expect(fault.code).toBe(`proxmox.${code}`);
      expect(fault.text.en).toMatch(words);
    });

    it("parameters that are not accepted, each with why", async () => {
      says(
        400,
        "Parameter verification failed.",
        '{"errors":{"vmid":"type check (\'integer\') failed\\n"},"data":null}',
      );
      const fault = await faultOf(version(opened()));
      expect(fault.code).toBe("proxmox.parameters");
      expect(fault.text.en).toContain("vmid: type check ('integer') failed");
    });

    it("the message of later versions in place of the reason phrase", async () => {
      says(500, "Internal", '{"message":"no such VM (\'9\')\\n","data":null}');
      expect((await faultOf(version(opened()))).text.en).toContain("no such VM ('9')");
    });

    it.each([
      ["the log-in page of a proxy", "text/html", "<html>", "proxmox.not-proxmox"],
      ["garbage", "application/json", "{", "proxmox.garbage"],
      ["JSON of something else", "application/json", '{"ok":true}', "proxmox.garbage"],
      ["nothing", "application/json", "", "proxmox.garbage"],
    ])("%s as an error", async (_what, type, body, code) => {
      says(200, "OK", body, type);
      expect((await faultOf(version(opened()))).code).toBe(code);
    });

    it("an answer that is cut off, and one without end", async () => {
      pve.intercept = (_seen, response) => {
        response.writeHead(200, { "content-type": "application/json", "content-length": 100 });
        response.write('{"data":');
        setImmediate(() => response.destroy());
        return true;
      };
      expect((await faultOf(version(opened()))).code).toBe("proxmox.closed");
      pve.intercept = (_seen, response) => {
        response.writeHead(200, { "content-type": "application/json" });
        const chunk = Buffer.alloc(1024 * 1024, 0x20);
        const more = () => {
          while (!response.destroyed && response.write(chunk));
          if (!response.destroyed) response.once("drain", more);
        };
        more();
        return true;
      };
      expect((await faultOf(version(opened()))).code).toBe("proxmox.too-large");
    });

    it("silence for as long as the deadline", async () => {
      pve.intercept = () => true;
      const client = open({ secret: "token-secret", config: token, times: { request: 50 } });
      expect((await faultOf(version(client))).code).toBe("proxmox.timed-out");
    });

    it("a cancellation at once", async () => {
      pve.intercept = () => true;
      const cancelling = new AbortController();
      const asked = faultOf(opened().call({ request: "version", signal: cancelling.signal }));
      setImmediate(() => cancelling.abort());
      expect((await asked).code).toBe("general.cancelled");
    });
  });

  it("gives a connection to the address that answered, with what proves the log-in", async () => {
    const gone = await another();
    const client = open({}, [gone.port, pve.port]);
    await gone.stop();
    const doors: Parameters<ProxmoxClient["connect"]>[0][] = [];
    await client.call({ request: "version", signal, onAnswered: (door) => doors.push(door) });
    const [door] = doors;
    if (!door || doors.length > 1) throw new Error(`${doors.length} addresses answered`);
    const { stream, host, headers } = await client.connect(door, signal);
    stream.destroy();
    expect(host).toBe(`127.0.0.1:${pve.port}`);
    expect(headers.cookie).toMatch(/^PVEAuthCookie=PVE%3Aconsole%40pve%3A1/);
  });
});
