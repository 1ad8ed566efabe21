import { once } from "node:events";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OpsError } from "../../../shared/errors.ts";
import { makeSelfSigned } from "../../reach/testing/self-signed.ts";
import { ask, EchoHost, makeRendererFolder } from "../testing/shell-fixture.ts";
import { sendRefusal } from "./answers.ts";
import { type BindingOptions, checkBinding } from "./binding.ts";
import { startBrowserShell } from "./browser-shell.ts";
import { refuseRequest } from "./request-guard.ts";

let folder: string;
let tls: { certificateFile: string; keyFile: string };
const pair = makeSelfSigned("console.atelier.example");

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "passerelle-binding-"));
  tls = { certificateFile: join(folder, "cert.pem"), keyFile: join(folder, "key.pem") };
  await writeFile(tls.certificateFile, pair.cert);
  await writeFile(tls.keyFile, pair.key, { mode: 0o600 });
});

afterAll(() => rm(folder, { recursive: true }));

async function refusalOf(options: BindingOptions): Promise<string> {
  const thrown: unknown = await checkBinding(options).catch((error: unknown) => error);
  if (!(thrown instanceof OpsError)) throw new Error("was not refused");
  expect(thrown.text.fr).not.toBe(thrown.text.en);
  expect(thrown.hint.en.length).toBeGreaterThan(10);
  return thrown.code;
}

describe("checkBinding", () => {
  it("takes loopback without conditions, and admits loopback only", async () => {
    const binding = await checkBinding({});
    expect(binding.hosts).toEqual(["127.0.0.1", "localhost"]);
    expect((await checkBinding({ address: "::1" })).hosts).toEqual(["[::1]", "localhost"]);
    for (const client of ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"]) {
      expect(binding.admits(client)).toBe(true);
    }
    for (const client of ["192.0.2.1", "::ffff:192.0.2.1", "2001:db8::1", "", undefined]) {
      expect(binding.admits(client)).toBe(false);
    }
  });

  it("refuses anything else without TLS, without clients, or without a name", async () => {
    const clients = ["192.0.2.0/24"];
    expect(await refusalOf({ address: "192.0.2.7" })).toBe("shell.needs-tls");
    expect(await refusalOf({ address: "0.0.0.0", clients })).toBe("shell.needs-tls");
    expect(await refusalOf({ address: "2001:db8::7", clients })).toBe("shell.needs-tls");
    expect(await refusalOf({ address: "192.0.2.7", ...tls })).toBe("shell.needs-clients");
    expect(await refusalOf({ address: "192.0.2.7", ...tls, clients: [] })).toBe("shell.needs-clients");
    expect(await refusalOf({ address: "::", ...tls, clients })).toBe("shell.needs-name");
    const binding = await checkBinding({ address: "192.0.2.7", ...tls, clients });
    expect(binding.hosts).toEqual(["192.0.2.7"]);
  });

  it("admits exactly the named client ranges", async () => {
    const clients = ["192.0.2.0/24", "2001:db8:1::/48"];
    const { admits } = await checkBinding({ address: "198.51.100.7", ...tls, clients });
    fc.assert(
      fc.property(fc.ipV4(), (client) => {
        expect(admits(client)).toBe(client.startsWith("192.0.2."));
      }),
    );
    expect(admits("::ffff:192.0.2.9")).toBe(true);
    expect(admits("2001:db8:1::9")).toBe(true);
    expect(admits("2001:db8:2::9")).toBe(false);
    expect(admits("127.0.0.1")).toBe(false);
  });

  it("says what is wrong with the files, names, ranges and addresses", async () => {
    const other = join(folder, "other.pem");
    await writeFile(other, makeSelfSigned("console.atelier.example").key, { mode: 0o600 });
    const { certificateFile, keyFile } = tls;
    expect(await refusalOf({ certificateFile })).toBe("shell.half-tls");
    expect(await refusalOf({ certificateFile, keyFile: other })).toBe("shell.unusable-tls");
    expect(await refusalOf({ certificateFile, keyFile: join(folder, "missing") })).toBe("shell.unusable-tls");
    expect(await refusalOf({ certificateFile: keyFile, keyFile })).toBe("shell.unusable-tls");
    await chmod(other, 0o644);
    expect(await refusalOf({ certificateFile, keyFile: other })).toBe("shell.open-key");
    expect(await refusalOf({ address: "localhost" })).toBe("shell.wrong-address");
    expect(await refusalOf({ names: ["a b"] })).toBe("shell.wrong-name");
    expect(await refusalOf({ clients: ["192.0.2.1"] })).toBe("shell.wrong-range");
  });
});

describe("startBrowserShell under TLS", () => {
  it("serves HTTPS only, with a Secure host cookie", async () => {
    const renderer = await makeRendererFolder();
    const common = {
      host: new EchoHost(),
      rendererFolder: renderer.folder,
      names: ["console.atelier.example"],
    };
    const shell = await startBrowserShell({ ...common, ...tls });
    try {
      const { port } = new URL(shell.url);
      const host = `console.atelier.example:${port}`;
      const token = new URL(shell.newLink()).hash.slice(1);
      const answer = await ask(
        `https://127.0.0.1:${port}`,
        "/session",
        { host, authorization: `Bearer ${token}` },
        { ca: pair.cert },
      );
      expect(answer.status).toBe(204);
      expect(answer.headers["set-cookie"]?.[0]).toMatch(
        new RegExp(
          `^__Host-passerelle-${port}=[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Strict; Secure$`,
        ),
      );
      await expect(ask(`http://127.0.0.1:${port}`, "/open", { host })).rejects.toThrow();
    } finally {
      await shell.close();
    }
    await renderer.remove();
  });

  it("turns away a real client outside the ranges, whatever it asks for", async () => {
    const { admits } = await checkBinding({ address: "192.0.2.7", ...tls, clients: ["192.0.2.0/24"] });
    const server = createServer((request, response) => {
      const doorway = { admits, hosts: new Set([String(request.headers.host)]), scheme: "http" as const };
      const refusal = refuseRequest(request, doorway, "request");
      if (refusal) sendRefusal(response, refusal);
      else response.end();
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const address = server.address();
    const port = address !== null && typeof address === "object" ? address.port : 0;
    expect((await ask(`http://127.0.0.1:${port}`, "/open")).status).toBe(403);
    await new Promise((resolve) => server.close(resolve));
  });

  it("says when the port is taken and when the window was not built", async () => {
    const renderer = await makeRendererFolder();
    const host = new EchoHost();
    const first = await startBrowserShell({ host, rendererFolder: renderer.folder });
    const port = Number(new URL(first.url).port);
    try {
      const second = startBrowserShell({ host, rendererFolder: renderer.folder, port });
      await expect(second).rejects.toMatchObject({ code: "shell.cannot-listen" });
      const unbuilt = startBrowserShell({ host, rendererFolder: folder });
      await expect(unbuilt).rejects.toMatchObject({ code: "shell.not-built" });
    } finally {
      await first.close();
      await renderer.remove();
    }
  });
});
