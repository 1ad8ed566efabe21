import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { findProgram } from "./counterpart.ts";
import { freePort } from "./free-port.ts";

const run = promisify(execFile);
const limit = 90_000;

/** One OpenStack Swift on loopback, with TempAuth, the S3 API and container-sync. */
export interface SwiftCluster {
  port: number;
  /** Begins to copy between containers, unless that is so; nothing is copied before. */
  startSync(): void;
  stopSync(): Promise<void>;
  stop(): Promise<void>;
}

/** The programs that it is made of. */
export const swiftPrograms: [string, ...string[]] = [
  "swift-proxy-server",
  "swift-account-server",
  "swift-container-server",
  "swift-object-server",
  "swift-container-sync",
  "swift-ring-builder",
  "memcached",
];

/** A busy machine is no failure: without these a server that takes half a second longer is left out for a minute. */
const patience = "conn_timeout = 20\nnode_timeout = 30\nerror_suppression_limit = 10000\n";

const storage = ["account", "container", "object"] as const;

/**
 * Starts a cluster of one device in a folder: users `ops` with the key `word` in the accounts `east` and `north`, both their
 * owners, and the realm `shop` with the clusters `east` and `north`, which both are this one.
 */
export async function startSwift(folder: string): Promise<SwiftCluster> {
  const device = join(folder, "devices/disk");
  await mkdir(device, { recursive: true });
  const ports = { account: await freePort(), container: await freePort(), object: await freePort() };
  const [proxy, cache] = [await freePort(), await freePort()];
  const files = configFiles(folder, { proxy, cache, ...ports });
  for (const [name, words] of Object.entries(files)) await writeFile(join(folder, name), words);
  for (const kind of storage) {
    const ring = async (...words: string[]) => {
      await run(findProgram("swift-ring-builder") ?? "", [join(folder, `${kind}.builder`), ...words], {
        timeout: limit,
      });
    };
    await ring("create", "4", "1", "0");
    await ring("add", `r1z1-127.0.0.1:${ports[kind]}/disk`, "1");
    await ring("rebalance");
  }
  const user = userInfo().uid === 0 ? ["-u", "root"] : [];
  const processes = [
    begin(folder, "memcached", ["-l", "127.0.0.1", "-p", String(cache), "-m", "16", ...user]),
    ...storage.map((kind) => begin(folder, `swift-${kind}-server`, [join(folder, `${kind}-server.conf`)])),
    begin(folder, "swift-proxy-server", [join(folder, "proxy-server.conf")]),
  ];
  let sync: ChildProcess | null = null;
  const stopSync = async () => {
    if (sync) await end(sync);
    sync = null;
  };
  const stop = async () => {
    await stopSync();
    await Promise.all(processes.map(end));
  };
  try {
    await answering(proxy, processes);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    port: proxy,
    startSync() {
      sync ??= begin(folder, "swift-container-sync", [join(folder, "container-server.conf")]);
    },
    stopSync,
    stop,
  };
}

function configFiles(
  folder: string,
  ports: { proxy: number; cache: number; account: number; container: number; object: number },
): Record<string, string> {
  const common = (port: number) =>
    `[DEFAULT]\nbind_ip = 127.0.0.1\nbind_port = ${port}\nworkers = 0\nuser = ${userInfo().username}\nswift_dir = ${folder}\n` +
    `devices = ${join(folder, "devices")}\nmount_check = false\ndisable_fallocate = true\nlog_level = WARNING\n`;
  const server = (kind: (typeof storage)[number], more = "") =>
    `${common(ports[kind])}[pipeline:main]\npipeline = ${kind}-server\n[app:${kind}-server]\nuse = egg:swift#${kind}\n${patience}` +
    `[${kind}-replicator]\n${more}`;
  const filters = ["catch_errors", "healthcheck", "listing_formats", "bulk", "slo", "dlo", "s3api", "copy"];
  const cluster = `http://127.0.0.1:${ports.proxy}/v1/`;
  return {
    "swift.conf": "[swift-hash]\nswift_hash_path_suffix = one\nswift_hash_path_prefix = two\n",
    "container-sync-realms.conf": `[shop]\nkey = realm\ncluster_east = ${cluster}\ncluster_north = ${cluster}\n`,
    "internal-client.conf":
      `[DEFAULT]\nswift_dir = ${folder}\n` +
      "[pipeline:main]\npipeline = catch_errors proxy-server\n[app:proxy-server]\nuse = egg:swift#proxy\n" +
      `account_autocreate = true\n${patience}[filter:catch_errors]\nuse = egg:swift#catch_errors\n`,
    "account-server.conf": server("account"),
    "container-server.conf": server(
      "container",
      `[container-sync]\ninterval = 1\ninternal_client_conf_path = ${join(folder, "internal-client.conf")}\n`,
    ),
    "object-server.conf": server("object"),
    "proxy-server.conf":
      `${common(ports.proxy)}[pipeline:main]\n` +
      "pipeline = catch_errors healthcheck cache container_sync listing_formats bulk s3api tempauth copy slo dlo proxy-server\n" +
      `[app:proxy-server]\nuse = egg:swift#proxy\naccount_autocreate = true\n${patience}` +
      `[filter:cache]\nuse = egg:swift#memcache\nmemcache_servers = 127.0.0.1:${ports.cache}\nconnect_timeout = 10\nio_timeout = 10\n` +
      "[filter:container_sync]\nuse = egg:swift#container_sync\ncurrent = //shop/east\n" +
      "[filter:tempauth]\nuse = egg:swift#tempauth\nuser_east_ops = word .admin\nuser_north_ops = word .admin\n" +
      filters.map((name) => `[filter:${name}]\nuse = egg:swift#${name}\n`).join(""),
  };
}

function begin(folder: string, program: string, words: string[]): ChildProcess {
  const started = spawn(findProgram(program) ?? program, words, {
    stdio: ["ignore", "pipe", "pipe"],
    cwd: folder,
  });
  const log = createWriteStream(join(folder, `${program}.log`));
  started.stdout?.pipe(log, { end: false });
  started.stderr?.pipe(log, { end: false });
  started.once("close", () => log.end());
  return started;
}

async function end(started: ChildProcess): Promise<void> {
  if (started.exitCode !== null || started.signalCode !== null) return;
  started.kill("SIGTERM");
  const late = setTimeout(() => started.kill("SIGKILL"), 5000);
  await once(started, "exit");
  clearTimeout(late);
}

/** A log-in, and an object that can be put and taken away, show that all of its servers are there. */
async function answering(port: number, processes: readonly ChildProcess[]): Promise<void> {
  const last = Date.now() + limit;
  for (;;) {
    if (await takesObjects(port).catch(() => false)) return;
    const dead = processes.find(({ exitCode }) => exitCode !== null);
    if (dead || Date.now() > last) throw new Error("Swift did not come up");
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

async function takesObjects(port: number): Promise<boolean> {
  const login = await fetch(`http://127.0.0.1:${port}/auth/v1.0`, {
    headers: { "x-auth-user": "east:ops", "x-auth-key": "word" },
  });
  const url = login.headers.get("x-storage-url");
  const headers = { "x-auth-token": login.headers.get("x-auth-token") ?? "" };
  const steps = [
    ["PUT", "/ready"],
    ["PUT", "/ready/object"],
    ["DELETE", "/ready/object"],
    ["DELETE", "/ready"],
  ] as const;
  for (const [method, path] of steps) {
    if (!(await fetch(`${url}${path}`, { method, headers })).ok) return false;
  }
  return true;
}
