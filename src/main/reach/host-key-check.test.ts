import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ssh2 from "ssh2";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseHostKey } from "./host-key.ts";
import { KnownHosts } from "./known-hosts.ts";
import { blobOf, makeKey, TestServer } from "./testing/ssh-server.ts";
import { faultOf, Surroundings, within } from "./testing/surroundings.ts";

let around: Surroundings;
let server: TestServer;

beforeEach(async () => {
  around = new Surroundings();
  server = await TestServer.start();
});
afterEach(async () => {
  await around.close();
  await server.close();
});

/** A target whose host key is not known yet. */
const stranger = (more: Parameters<Surroundings["target"]>[1] = {}) =>
  around.target({ port: server.port }, more);
const fingerprint = () => parseHostKey(server.hostKey)?.fingerprint ?? "";

describe("a host key that is not known", () => {
  it("fails the connection, becomes one question, and is accepted by its answer", async () => {
    const fault = await faultOf(around.reach.execute(stranger(), "x", within()));
    expect(fault.code).toBe("reach.host-key-unknown");
    expect(fault.message).toContain(fingerprint());
    await faultOf(around.reach.execute(stranger(), "x", within()));
    const [question, ...others] = around.questions.list();
    expect(others).toEqual([]);
    expect(question).toMatchObject({
      kind: "host-key",
      target: "tower-a.example",
      address: `127.0.0.1:${server.port}`,
      algorithm: "ssh-ed25519",
      fingerprint: fingerprint(),
    });
    expect(server.attempts).toEqual([]);
    const accepted: string[] = [];
    around.reach.onHostKeyAccepted((target) => accepted.push(target));
    around.questions.answer(question?.id ?? "", { accept: true, answers: [] });
    expect(accepted).toEqual(["tower-a"]);
    expect(await around.reach.execute(stranger(), "x", within())).toMatchObject({ exitCode: 0 });
    expect(around.types().filter((type) => type.startsWith("host-key"))).toEqual([
      "host-key.unknown",
      "host-key.accepted",
      "host-key.stored",
    ]);
  });

  it("is not asked about again once it was declined, until a person asks", async () => {
    await faultOf(around.reach.execute(stranger(), "x", within()));
    around.questions.answer(around.questions.list()[0]?.id ?? "", { accept: false, answers: [] });
    await faultOf(around.reach.execute(stranger(), "x", within()));
    expect(around.questions.list()).toEqual([]);
    around.reach.askAgain("tower-a");
    await faultOf(around.reach.execute(stranger(), "x", within()));
    expect(around.questions.list()).toHaveLength(1);
    expect(around.types()).toContain("host-key.declined");
  });

  it("stays a question when it cannot be stored, and the journal says so", async () => {
    await around.close();
    // A file in the place of the folder: nothing can be written below it, by whomever.
    const folder = mkdtempSync(join(tmpdir(), "passerelle-host-key-"));
    writeFileSync(join(folder, "file"), "");
    around = new Surroundings({ knownHosts: new KnownHosts({ own: join(folder, "file", "known_hosts") }) });
    await faultOf(around.reach.execute(stranger(), "x", within()));
    const id = around.questions.list()[0]?.id ?? "";
    expect(() => around.questions.answer(id, { accept: true, answers: [] })).toThrow(
      expect.objectContaining({ code: "reach.known-hosts-unwritable" }),
    );
    expect(around.questions.list()).toHaveLength(1);
    expect(around.types()).toEqual(["host-key.unknown", "host-key.accepted", "host-key.not-stored"]);
    rmSync(folder, { recursive: true });
  });

  it("is refused without a question where nobody can be asked", async () => {
    await around.close();
    around = new Surroundings({ interactive: false });
    const fault = await faultOf(around.reach.execute(stranger(), "x", within()));
    expect(fault.code).toBe("reach.host-key-unknown");
    expect(fault.hint.en).toContain("`passerelle trust tower-a --fingerprint SHA256:");
  });
});

describe("a host key that has changed", () => {
  it("is refused loudly, without a question, naming the file and line, and journalled once", async () => {
    around.know(makeKey().blob.subarray(0), stranger());
    for (let round = 0; round < 2; round++) {
      const fault = await faultOf(around.reach.execute(stranger(), "x", within()));
      expect(fault.code).toBe("reach.host-key-changed");
      expect(fault.hint.en).toContain(`line 1 of ${around.knownHosts.own}`);
    }
    expect(around.questions.list()).toEqual([]);
    expect(server.attempts).toEqual([]);
    expect(around.types()).toEqual(["host-key.changed"]);
  });

  it("is noticed on a hop as well, before anything goes through it", async () => {
    const host = await TestServer.start();
    around.update({
      bounce: {
        address: "127.0.0.1",
        port: server.port,
        user: "jump",
        authentication: [{ password: "keychain:right" }],
      },
    });
    around.know(makeKey().blob, { address: "127.0.0.1", port: server.port });
    const fault = await faultOf(around.reach.execute(around.target(host, { via: "bounce" }), "x", within()));
    await host.close();
    expect(fault.code).toBe("reach.host-key-changed");
    expect(fault.message).toContain("bounce");
    expect(host.connected).toBe(0);
    expect(around.reach.status().hops[0]).toMatchObject({ state: "failed", text: fault.text });
  });

  it("cannot be accepted by an old question", async () => {
    await faultOf(around.reach.execute(stranger(), "x", within()));
    const id = around.questions.list()[0]?.id ?? "";
    around.know(makeKey().blob, stranger());
    expect(() => around.questions.answer(id, { accept: true, answers: [] })).toThrow(
      expect.objectContaining({ code: "reach.host-key-changed" }),
    );
  });
});

describe("a revoked or pinned host key", () => {
  it("that is revoked is refused even when it is known", async () => {
    const file = `${around.folder}/revoked`;
    writeFileSync(file, `@revoked * ssh-ed25519 ${server.hostKey.toString("base64")}\n`);
    around.knownHosts.setFiles([file]);
    const fault = await faultOf(around.reach.execute(around.target(server), "x", within()));
    expect(fault.code).toBe("reach.host-key-revoked");
  });

  it("that is pinned needs no known_hosts", async () => {
    const done = await around.reach.execute(stranger({ hostKey: fingerprint() }), "x", within());
    expect(done.exitCode).toBe(0);
    expect(around.reach.provenHostKey("tower-a")).toBe(fingerprint());
  });

  it("that does not match its pin is refused, though known_hosts knows it", async () => {
    const pin = parseHostKey(makeKey().blob)?.fingerprint ?? "";
    const fault = await faultOf(around.reach.execute(around.target(server, { hostKey: pin }), "x", within()));
    expect(fault.code).toBe("reach.host-key-pin-mismatch");
    expect(fault.message).toContain(pin);
    expect(server.attempts).toEqual([]);
    expect(around.types()).toEqual(["host-key.pin-mismatch"]);
  });

  it("is found among several keys of the server, whichever type the pin is of", async () => {
    const ecdsa = ssh2.utils.generateKeyPairSync("ecdsa", { bits: 256 });
    await server.close();
    server = await TestServer.start({ hostKeys: [makeKey().private, ecdsa.private] });
    const pin = parseHostKey(blobOf(ecdsa.public))?.fingerprint ?? "";
    const done = await around.reach.execute(stranger({ hostKey: pin }), "x", within());
    expect(done.exitCode).toBe(0);
    expect(around.types()).not.toContain("host-key.pin-mismatch");
  });

  it("of the type that known_hosts holds is asked for first", async () => {
    const ecdsa = ssh2.utils.generateKeyPairSync("ecdsa", { bits: 256 });
    await server.close();
    server = await TestServer.start({ hostKeys: [makeKey().private, ecdsa.private] });
    around.know(blobOf(ecdsa.public), stranger());
    expect(await around.reach.execute(stranger(), "x", within())).toMatchObject({ exitCode: 0 });
  });
});
