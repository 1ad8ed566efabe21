import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { stringify } from "yaml";
import { OpsError } from "../../../../shared/errors.ts";
import { makeSelfSigned } from "../../../reach/testing/self-signed.ts";
import { quiet } from "../testing/surroundings.ts";
import { readCredential, runPlugin } from "./exec-plugin.ts";
import { readKubeconfig } from "./kubeconfig.ts";
import { OidcTokens } from "./oidc.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kubeconfig-"));
});
afterEach(() => rm(folder, { recursive: true }));

const oidc = new OidcTokens({ dial: () => Promise.reject(new Error("nowhere")), now: Date.now });
const own = makeSelfSigned("api.example");
const base64 = (words: string) => Buffer.from(words).toString("base64");

async function read(words: string, context: string | null = null) {
  const path = join(folder, "config");
  await writeFile(path, words);
  return readKubeconfig({ shown: "config", path, context, now: Date.now, oidc });
}

function config(user: object, cluster: object = {}): string {
  return stringify({
    "current-context": "east",
    contexts: [{ name: "east", context: { cluster: "east-1", user: "jane" } }],
    clusters: [{ name: "east-1", cluster: { server: "https://192.0.2.30:6443", ...cluster } }],
    users: [{ name: "jane", user }],
  });
}

test("a token, the cluster's authority and its server name", async () => {
  const login = await read(
    config(
      { token: "abc" },
      { "certificate-authority-data": base64(own.cert), "tls-server-name": "api.example" },
    ),
  );
  expect(login.endpoint).toEqual({
    cluster: "east-1",
    address: "192.0.2.30",
    port: 6443,
    path: "",
    tls: { authority: own.cert, serverName: "api.example", insecure: false },
  });
  expect(await login.credentials(quiet)).toEqual({
    headers: { authorization: "Bearer abc" },
    certificate: null,
    validUntil: null,
  });
});

test("a client certificate from files beside the kubeconfig, with its end", async () => {
  await writeFile(join(folder, "jane.crt"), own.cert);
  await writeFile(join(folder, "jane.key"), own.key);
  const login = await read(config({ "client-certificate": "jane.crt", "client-key": "jane.key" }));
  const { certificate, validUntil, runsOut } = await login.credentials(quiet);
  expect(runsOut).toMatchObject({ at: validUntil });
  expect(certificate).toEqual({ cert: own.cert, key: own.key });
  expect(validUntil).toBeGreaterThan(Date.now());
});

test("an expired client certificate is told before anything is sent", async () => {
  const path = join(folder, "config");
  const user = { "client-certificate-data": base64(own.cert), "client-key-data": base64(own.key) };
  await writeFile(path, config(user));
  const later = () => Date.now() + 10 * 86_400_000;
  const login = await readKubeconfig({ shown: "config", path, context: null, now: later, oidc });
  await expect(login.credentials(quiet)).rejects.toMatchObject({
    code: "kubernetes.client-certificate-expired",
  });
});

test.each([
  ["tabs", "clusters:\n\t- name: x\n", "kubernetes.kubeconfig-broken"],
  ["nothing", "", "kubernetes.kubeconfig-broken"],
  ["a list", "- 1\n- 2\n", "kubernetes.kubeconfig-broken"],
  ["a cluster without server", config({}).replace(/server: .*/, "other: 1"), "kubernetes.kubeconfig-broken"],
  [
    "a context without cluster",
    config({}).replace("cluster: east-1", "cluster: west"),
    "kubernetes.context-unknown",
  ],
  ["no current context", config({}).replace("current-context: east", "a: b"), "kubernetes.context-unknown"],
  ["HTTP beyond loopback", config({}).replace("https:", "http:"), "kubernetes.server-invalid"],
  ["a proxy", config({}, { "proxy-url": "socks5://192.0.2.1" }), "kubernetes.log-in-unsupported"],
  ["an old provider", config({ "auth-provider": { name: "gcp" } }), "kubernetes.log-in-unsupported"],
  [
    "an authority that is none",
    config({}, { "certificate-authority-data": "AAAA" }),
    "kubernetes.credential-broken",
  ],
  [
    "a plugin that wants a terminal",
    config({
      exec: {
        command: "log-in",
        apiVersion: "client.authentication.k8s.io/v1",
        interactiveMode: "Always",
      },
    }),
    "kubernetes.log-in-unsupported",
  ],
  ["a plugin without command", config({ exec: { args: ["x"] } }), "kubernetes.kubeconfig-broken"],
])("refuses %s", async (_what, words, code) => {
  await expect(read(words)).rejects.toMatchObject({ code });
});

test("a file that is not there, and a context that is not in it", async () => {
  const missing = { shown: "gone", path: join(folder, "gone"), context: null, now: Date.now, oidc };
  await expect(readKubeconfig(missing)).rejects.toMatchObject({ code: "kubernetes.file-unreadable" });
  await expect(read(config({}), "west")).rejects.toMatchObject({ code: "kubernetes.context-unknown" });
});

test("whatever a kubeconfig holds, it ends in a log-in or in an error with a hint", async () => {
  const sample = config({ token: "abc" });
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: sample.length }),
      fc.string({ unit: "binary", maxLength: 8 }),
      async (at, piece) => {
        const found = await read(sample.slice(0, at) + piece + sample.slice(at)).catch(
          (error: unknown) => error,
        );
        if (found instanceof Error) expect(found).toBeInstanceOf(OpsError);
      },
    ),
    { numRuns: 25 },
  );
});

const plugin = (script: string) => ({
  command: process.execPath,
  args: ["-e", script],
  apiVersion: "client.authentication.k8s.io/v1",
});
const print = (credential: unknown) => `console.log(${JSON.stringify(JSON.stringify(credential))})`;
const credential = (status: object) => ({
  kind: "ExecCredential",
  apiVersion: "client.authentication.k8s.io/v1",
  status,
});

test("a log-in program's token, until it ends", async () => {
  const end = "2030-01-01T00:00:00Z";
  const script = `if (!process.env.KUBERNETES_EXEC_INFO) process.exit(3);${print(credential({ token: "t", expirationTimestamp: end }))}`;
  expect(await runPlugin(plugin(script), folder, quiet)).toEqual({
    headers: { authorization: "Bearer t" },
    certificate: null,
    validUntil: Date.parse(end),
  });
});

test("a log-in program that wants to know the cluster is told", async () => {
  const script = `const { spec } = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
    const token = [spec.interactive, spec.cluster.server, spec.cluster["tls-server-name"]].join(" ").replaceAll(" ", "_");
    console.log(JSON.stringify({ kind: "ExecCredential", apiVersion: "client.authentication.k8s.io/v1", status: { token } }));`;
  const exec = { ...plugin(script), provideClusterInfo: true };
  const login = await read(config({ exec }, { "tls-server-name": "api.example" }));
  expect((await login.credentials(quiet)).headers).toEqual({
    authorization: "Bearer false_https://192.0.2.30:6443_api.example",
  });
});

test("a log-in program that hangs is ended, with what it has started", async () => {
  const script = `require("node:child_process").spawn(process.execPath, ["-e", "setTimeout(()=>{}, 60000)"], {stdio: "inherit"}); setTimeout(()=>{}, 60000)`;
  await expect(runPlugin(plugin(script), folder, quiet, 300)).rejects.toMatchObject({
    code: "kubernetes.exec-timed-out",
  });
});

test("one that fails, is missing, prints garbage or far too much", async () => {
  const run = (script: string) => runPlugin(plugin(script), folder, quiet);
  await expect(run("console.error('secret'); process.exit(7)")).rejects.toMatchObject({
    code: "kubernetes.exec-failed",
  });
  await expect(run("console.log('hello')")).rejects.toMatchObject({ code: "kubernetes.exec-garbage" });
  await expect(run("process.stdout.write('x'.repeat(3e6))")).rejects.toMatchObject({
    code: "kubernetes.exec-garbage",
  });
  const missing = { ...plugin(""), command: "./not-there" };
  await expect(runPlugin(missing, folder, quiet)).rejects.toMatchObject({ code: "kubernetes.exec-missing" });
});

test("whatever a log-in program prints is a credential or garbage", () => {
  const shape = fc.oneof(
    fc.json(),
    fc.string({ unit: "binary" }),
    fc.object().map((each) => JSON.stringify(credential(each))),
  );
  fc.assert(
    fc.property(shape, (words) => {
      try {
        const found = readCredential(words, "plugin", "client.authentication.k8s.io/v1");
        expect(found.certificate !== null || "authorization" in found.headers).toBe(true);
      } catch (error) {
        expect(error).toMatchObject({ code: "kubernetes.exec-garbage" });
      }
    }),
  );
});
