import { type ChildProcess, spawn } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  accessSync,
  constants,
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { request } from "node:https";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { type Found, findCounterpart, findProgram } from "../counterpart.ts";
import { freePort } from "../free-port.ts";

const startsWithin = 90_000;
const endsWithin = 15_000;
const programs = ["kube-apiserver", "kube-controller-manager"] as const;

function folderOfPrograms(): string {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  return join(cache, "passerelle", "counterparts", "kubernetes", "bin");
}

/** Looks for the API server and the controller manager that `build.sh` made, and for etcd. */
export function findApiServer(): Found {
  if (findProgram("etcd") === null) return { absent: "etcd not installed (on Debian: etcd-server)" };
  try {
    for (const program of programs) accessSync(join(folderOfPrograms(), program), constants.X_OK);
  } catch {
    return { absent: "not built: run test/real/kubernetes/build.sh" };
  }
  const found = findCounterpart(["etcd"], ["--version"], /etcd Version: (\S+)/);
  // The version that `build.sh` builds.
  return "absent" in found ? found : { version: "1.20.2" };
}

/**
 * A Kubernetes API server of its own, with etcd and the controller manager, on loopback and in a temporary folder. There
 * is no node in it: whoever makes one plays its kubelet. etcd writes without waiting for the disk.
 */
export class RealApiServer {
  /** A kubeconfig of a member of `system:masters`; its context `viewer` is of somebody who may nothing yet. */
  readonly kubeconfig: string;
  readonly server: string;
  readonly token = randomBytes(16).toString("hex");
  private readonly viewerToken = randomBytes(16).toString("hex");
  private readonly folder = mkdtempSync(join(tmpdir(), "passerelle-kubernetes-"));
  private readonly children: ChildProcess[] = [];

  private constructor(port: number) {
    this.server = `https://127.0.0.1:${port}`;
    this.kubeconfig = join(this.folder, "kubeconfig");
    const config = {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "real", cluster: { server: this.server, "insecure-skip-tls-verify": true } }],
      users: [
        { name: "administrator", user: { token: this.token } },
        { name: "viewer", user: { token: this.viewerToken } },
      ],
      contexts: ["administrator", "viewer"].map((user) => ({
        name: user,
        context: { cluster: "real", user },
      })),
      "current-context": "administrator",
    };
    writeFileSync(this.kubeconfig, JSON.stringify(config), { mode: 0o600 });
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    writeFileSync(this.path("sa.key"), privateKey.export({ type: "pkcs1", format: "pem" }), { mode: 0o600 });
    const tokens = `${this.token},administrator,1,system:masters\n${this.viewerToken},viewer,2\n`;
    writeFileSync(this.path("tokens.csv"), tokens, { mode: 0o600 });
    mkdirSync(this.path("certificates"));
  }

  /** Starts all three, and resolves when namespaces get their service accounts: the controllers work then. */
  static async start(): Promise<RealApiServer> {
    const [client, peer, port, controllers] = [
      await freePort(),
      await freePort(),
      await freePort(),
      await freePort(),
    ];
    const real = new RealApiServer(port);
    try {
      const etcd = `http://127.0.0.1:${client}`;
      const peers = `http://127.0.0.1:${peer}`;
      real.run(findProgram("etcd") ?? "etcd", [
        ...["--data-dir", real.path("etcd"), "--unsafe-no-fsync"],
        ...["--listen-client-urls", etcd, "--advertise-client-urls", etcd],
        ...["--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers],
        ...["--initial-cluster", `default=${peers}`],
      ]);
      real.run(join(folderOfPrograms(), "kube-apiserver"), [
        `--etcd-servers=${etcd}`,
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        `--secure-port=${port}`,
        `--cert-dir=${real.path("certificates")}`,
        `--service-account-issuer=${real.server}`,
        `--service-account-key-file=${real.path("sa.key")}`,
        `--service-account-signing-key-file=${real.path("sa.key")}`,
        `--token-auth-file=${real.path("tokens.csv")}`,
        "--authorization-mode=RBAC",
        "--service-cluster-ip-range=192.0.2.0/24",
        "--endpoint-reconciler-type=none",
      ]);
      await real.until("/readyz", (text) => text === "ok");
      real.run(join(folderOfPrograms(), "kube-controller-manager"), [
        `--kubeconfig=${real.kubeconfig}`,
        `--service-account-private-key-file=${real.path("sa.key")}`,
        "--leader-elect=false",
        "--bind-address=127.0.0.1",
        "--port=0",
        `--secure-port=${controllers}`,
        `--cert-dir=${real.path("certificates")}`,
      ]);
      await real.until("/api/v1/namespaces/default/serviceaccounts/default", (text) =>
        text.includes('"secrets"'),
      );
      return real;
    } catch (error) {
      await real.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    for (const child of this.children.splice(0).reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const exit = once(child, "exit");
      child.kill("SIGTERM");
      const killing = setTimeout(() => child.kill("SIGKILL"), endsWithin);
      await exit;
      clearTimeout(killing);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private path(name: string): string {
    return join(this.folder, name);
  }

  private run(program: string, words: string[]): void {
    const child = spawn(program, words, { stdio: ["ignore", "ignore", "pipe"] });
    const log = createWriteStream(this.path(`${this.children.length}.log`));
    child.stderr?.pipe(log);
    child.on("error", () => {});
    this.children.push(child);
  }

  private async until(path: string, met: (text: string) => boolean): Promise<void> {
    const end = Date.now() + startsWithin;
    while (Date.now() < end) {
      if (this.children.some(({ exitCode }) => exitCode !== null))
        throw new Error("a program of the cluster ended");
      if (met(await this.read(path).catch(() => ""))) return;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    throw new Error(`the API server did not answer ${path} in time`);
  }

  private async read(path: string): Promise<string> {
    return (await this.ask("GET", path)).text;
  }

  /** One request as the administrator. */
  async ask(
    method: string,
    path: string,
    body?: object,
    type = "application/json",
  ): Promise<{ status: number; text: string }> {
    // The API server draws a certificate of its own at every start; it is on loopback, and made here.
    const content = body ? JSON.stringify(body) : "";
    const options = {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        "content-type": type,
        // Node's client does not say by itself how long the body of a DELETE is.
        "content-length": Buffer.byteLength(content),
      },
      rejectUnauthorized: false,
      timeout: 20_000,
    };
    return new Promise((resolve, reject) => {
      const asked = request(`${this.server}${path}`, options, (response) => {
        let text = "";
        response.on("data", (chunk: Buffer) => {
          text += chunk;
        });
        response.once("end", () => resolve({ status: response.statusCode ?? 0, text }));
        response.once("error", reject);
      });
      asked.once("timeout", () => asked.destroy(new Error("no answer")));
      asked.once("error", reject);
      asked.end(content);
    });
  }
}
