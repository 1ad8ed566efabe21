import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { issueWebCertificates, makeWebAuthority } from "../../src/lab/servers/web/certificates.ts";
import { type Seen, seen } from "../../src/main/systems/web/testing/checks.ts";
import { describeCounterpart, findCounterpart, findProgram } from "./counterpart.ts";
import { freePort } from "./free-port.ts";

const limit = 30_000;
let folder: string;
const running: ChildProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "passerelle-web-"));
  const authority = makeWebAuthority("web-authority", Date.now());
  const names = { names: ["www.shop.example"], addresses: ["127.0.0.1"] };
  const { good, faulty } = issueWebCertificates(authority, names, Date.now());
  const expired = faulty("expired");
  const files = { "authority.crt": authority.cert, "good.crt": good.cert, "good.key": good.key };
  const others = { "expired.crt": expired.cert, "expired.key": expired.key, "page.html": "the words\n" };
  for (const [name, words] of Object.entries({ ...files, ...others })) {
    await writeFile(join(folder, name), words, { mode: 0o600 });
  }
});
afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode !== null) continue;
    child.kill("SIGKILL");
    await once(child, "exit");
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Starts a server and asks until anything listens there. */
async function serving(port: number, program: string, words: string[]): Promise<void> {
  const child = spawn(program, words, { cwd: folder, stdio: "ignore" });
  running.push(child);
  const end = Date.now() + limit;
  for (;;) {
    const { facts } = await seen({ check: "tcp", address: "127.0.0.1", port });
    if (facts["web.answers"] === true) return;
    if (child.exitCode !== null || Date.now() > end) throw new Error("the server did not come up");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const summary = ({ facts, problems, error }: Seen) => [facts["web.answers"], problems, error];

describeCounterpart(
  "Python's web server against our checks",
  findCounterpart(["python3"], ["--version"], /Python (\S+)/),
  () => {
    test(
      "a page, its words, and one that is not there",
      async () => {
        const port = await freePort();
        const place = ["-m", "http.server", String(port), "--bind", "127.0.0.1"];
        await serving(port, findProgram("python3") ?? "", place);
        const page = (path: string) => ({ check: "http", url: `http://127.0.0.1:${port}${path}` });
        const found = await seen({ ...page("/page.html"), contains: "the words", servedBy: "server" });
        expect(summary(found)).toEqual([true, [], null]);
        expect(found.facts["web.servedBy"]).toMatch(/^SimpleHTTP/);
        expect(summary(await seen(page("/other.html")))).toEqual([false, ["web.status"], null]);
        // It speaks no TLS.
        const secure = { check: "http", url: `https://127.0.0.1:${port}/` };
        expect(summary(await seen(secure))).toEqual([false, ["web.tls-failed"], null]);
      },
      limit,
    );
  },
);

describeCounterpart(
  "OpenSSL's server against our checks",
  findCounterpart(["openssl"], ["version"], /OpenSSL (\S+)/),
  () => {
    const secure = async (certificate: string, ...more: string[]) => {
      const port = await freePort();
      const key = ["-cert", `${certificate}.crt`, "-key", `${certificate}.key`];
      const words = ["s_server", "-quiet", "-accept", `127.0.0.1:${port}`, ...key, ...more];
      await serving(port, findProgram("openssl") ?? "", words);
      return { check: "tls", address: "127.0.0.1", port, certificateAuthority: "authority.crt" };
    };

    test(
      "a good certificate, under its names alone",
      async () => {
        const check = await secure("good");
        expect(summary(await seen(check, { folder }))).toEqual([true, [], null]);
        const named = await seen({ ...check, serverName: "www.shop.example" }, { folder });
        expect(named.facts).toMatchObject({ "web.answers": true, "tls.version": "TLSv1.3" });
        const other = await seen({ ...check, serverName: "mail.shop.example" }, { folder });
        expect(other.problems).toEqual(["web.certificate-name"]);
        const { certificateAuthority: _, ...strange } = check;
        expect((await seen(strange)).problems).toEqual(["web.certificate-untrusted"]);
      },
      limit,
    );

    test(
      "one that ran out, and a page behind TLS 1.2",
      async () => {
        const check = await secure("expired");
        const found = await seen(check, { folder });
        expect(found.problems).toEqual(["web.certificate-expired"]);
        const end = execFileSync(
          findProgram("openssl") ?? "",
          ["x509", "-enddate", "-noout", "-in", "expired.crt"],
          {
            cwd: folder,
          },
        );
        expect(found.facts["tls.expires"]).toBe(Date.parse(end.toString().replace("notAfter=", "")));
        const { port } = await secure("good", "-WWW", "-tls1_2");
        const page = { check: "http", url: `https://127.0.0.1:${port}/page.html`, contains: "the words" };
        const read = await seen({ ...page, certificateAuthority: "authority.crt" }, { folder });
        expect(read.facts).toMatchObject({ "web.answers": true, "tls.version": "TLSv1.2" });
      },
      limit,
    );
  },
);

describeCounterpart(
  "aiosmtpd against our checks",
  findCounterpart(["aiosmtpd"], ["--version"], /(\d+\.\d+\S*)/),
  () => {
    test(
      "a mail server is greeted, and its certificate is seen behind STARTTLS",
      async () => {
        const port = await freePort();
        const tls = ["--tlscert", "good.crt", "--tlskey", "good.key", "--no-requiretls"];
        await serving(port, findProgram("aiosmtpd") ?? "", ["-n", "-l", `127.0.0.1:${port}`, ...tls]);
        const check = { check: "smtp", address: "127.0.0.1", port, startTls: "demanded" };
        const found = await seen({ ...check, certificateAuthority: "authority.crt" }, { folder });
        expect(summary(found)).toEqual([true, [], null]);
        expect(found.facts).toMatchObject({ "web.startTls": true, "tls.subject": "www.shop.example" });
        expect(summary(await seen({ ...check, startTls: "never" }))).toEqual([true, [], null]);
        expect((await seen(check)).problems).toEqual(["web.certificate-untrusted"]);
      },
      limit,
    );
  },
);
