import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import { createServer, type Server, type TlsOptions } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import { OpsError, toOpsError } from "../../shared/errors.ts";
import { sameText } from "../../shared/text.ts";
import type { Reach } from "./reach.ts";
import { type StreamTls, secureStream } from "./secure-stream.ts";
import { tellingCertificates } from "./shown-certificates.ts";
import { makeSelfSigned } from "./testing/self-signed.ts";

const pair = makeSelfSigned("far.example");
const pin = new X509Certificate(pair.cert).fingerprint256.replaceAll(":", "");
const fault = (code: string) =>
  new OpsError({ code, system: "far", message: sameText(code), hint: sameText(code) });
const faults = {
  certificateChanged: () => fault("changed"),
  certificateUntrusted: () => fault("untrusted"),
  tlsFailed: () => fault("failed"),
};
const plain: StreamTls = { pin, legacy: false };

let server: Server;
let heard: Buffer[];

async function serve(options: TlsOptions = {}): Promise<void> {
  heard = [];
  server = createServer({ ...pair, ...options }, (socket) => {
    socket.on("data", (bytes) => heard.push(bytes));
    socket.on("error", () => {});
  });
  server.on("tlsClientError", () => {});
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
}

afterEach(() => new Promise((resolve) => server.close(resolve)));

/** What a stream to the server comes to: the protocol that is spoken, or the code of the fault. */
async function come(tls: Partial<StreamTls>, address = "far.example"): Promise<string | null> {
  const stream = connect((server.address() as AddressInfo).port, "127.0.0.1");
  stream.on("error", () => {});
  try {
    const signal = AbortSignal.timeout(10_000);
    const socket = await secureStream(stream, address, { ...plain, ...tls }, faults, signal);
    const protocol = socket.getProtocol();
    socket.destroy();
    return protocol;
  } catch (thrown) {
    return toOpsError(thrown, "test").code;
  } finally {
    stream.destroy();
  }
}

describe("TLS that is weaker than 1.2", () => {
  const old: TlsOptions = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT:@SECLEVEL=0" };

  it("is refused, and spoken only where the estate allows old firmware", async () => {
    await serve(old);
    expect(await come({})).toBe("failed");
    expect(await come({ legacy: true })).toBe("TLSv1.1");
  });

  it("is not fallen back to where both sides know better", async () => {
    await serve({ minVersion: "TLSv1", ciphers: "DEFAULT:@SECLEVEL=0" });
    expect(await come({})).toBe("TLSv1.3");
    expect(await come({ legacy: true })).toBe("TLSv1.3");
  });

  it("nor are ciphers without encryption or without a certificate taken", async () => {
    await serve({ ciphers: "eNULL:aNULL:@SECLEVEL=0", maxVersion: "TLSv1.2" });
    expect(await come({})).toBe("failed");
  });
});

describe("a certificate", () => {
  it("that is not the pinned one is refused, though an authority vouches for it", async () => {
    await serve();
    expect(await come({ pin: "00".repeat(32), authorities: pair.cert })).toBe("changed");
    expect(heard).toEqual([]);
  });

  it("is still there to be judged after it was told of", async () => {
    await serve();
    const told: string[] = [];
    const { port } = server.address() as AddressInfo;
    const dial = async () => connect(port, "127.0.0.1");
    const place = { name: "far", address: "127.0.0.1", port, via: null, allowlist: null };
    const reach = tellingCertificates({ dial } as unknown as Reach, ({ chain, trust }) =>
      told.push(`${trust} ${chain[0]?.subject}`),
    );
    const stream = await reach.dial(place, AbortSignal.timeout(10_000));
    const socket = await secureStream(stream, "far.example", plain, faults, AbortSignal.timeout(10_000));
    expect(told).toEqual(["pinned CN=far.example"]);
    expect(socket.getPeerCertificate().fingerprint256).toBe(new X509Certificate(pair.cert).fingerprint256);
    socket.destroy();
  });

  it("that cannot be read by whoever is told of it ends neither the connection nor the console", async () => {
    await serve();
    const { port } = server.address() as AddressInfo;
    const dial = async () => connect(port, "127.0.0.1");
    const place = { name: "far", address: "127.0.0.1", port, via: null, allowlist: null };
    let told = 0;
    const reach = tellingCertificates({ dial } as unknown as Reach, () => {
      told += 1;
      throw new Error("unsupported key");
    });
    const stream = await reach.dial(place, AbortSignal.timeout(10_000));
    const socket = await secureStream(stream, "far.example", plain, faults, AbortSignal.timeout(10_000));
    expect([told, socket.getProtocol()]).toEqual([1, "TLSv1.3"]);
    socket.destroy();
  });

  it("without a pin must be vouched for, and be of the name that is spoken to", async () => {
    await serve();
    expect(await come({ pin: null })).toBe("untrusted");
    expect(await come({ pin: null, authorities: pair.cert })).toBe("TLSv1.3");
    expect(await come({ pin: null, authorities: pair.cert }, "other.example")).toBe("untrusted");
    expect(heard).toEqual([]);
  });
});
