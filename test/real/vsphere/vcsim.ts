import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { promisify } from "node:util";
import { type Found, findCounterpart } from "../counterpart.ts";

const startsWithin = 300_000;
const run = promisify(execFile);

function program(name: "vcsim" | "govc"): string {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  return join(cache, "passerelle", "counterparts", "vsphere", "bin", name);
}

/** Looks for the simulator and the client that `build.sh` made. */
export function findVcsim(): Found {
  try {
    for (const name of ["vcsim", "govc"] as const) accessSync(program(name), constants.X_OK);
  } catch {
    return { absent: "not built: run test/real/vsphere/build.sh" };
  }
  // The version that `build.sh` builds; the client tells it as the simulator does not.
  const found = findCounterpart([program("govc")], ["version"], /govc (\S+)/);
  return "absent" in found ? { version: "0.24.2" } : found;
}

/** VMware's simulator of vCenter on loopback, with its own certificate and the user `admin`, password `pass`. */
export class Vcsim {
  readonly port: number;
  /** The SHA-256 of its certificate. */
  readonly pin: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number, pin: string) {
    this.#child = child;
    this.port = port;
    this.pin = pin;
  }

  /** `options` are the simulator's own, such as `-vm 50`. */
  static async start(...options: string[]): Promise<Vcsim> {
    const child = spawn(
      program("vcsim"),
      ["-l", "127.0.0.1:0", "-username", "admin", "-password", "pass", ...options],
      { stdio: ["ignore", "pipe", "ignore"] },
    );
    try {
      const port = await portOf(child);
      return new Vcsim(child, port, await pinOf(port));
    } catch (error) {
      child.kill("SIGKILL");
      throw error;
    }
  }

  /** Runs VMware's own client, in the first datacenter, and gives what it says. */
  async govc(...args: string[]): Promise<string> {
    const env = {
      ...process.env,
      GOVC_URL: `https://admin:pass@127.0.0.1:${this.port}/sdk`,
      GOVC_INSECURE: "1",
      GOVC_DATACENTER: "DC0",
    };
    return (await run(program("govc"), args, { env, timeout: 30_000 })).stdout;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), 5000);
    await exit;
    clearTimeout(timer);
  }
}

/** It says where it listens, once it does. */
async function portOf(child: ChildProcess): Promise<number> {
  const signal = AbortSignal.timeout(startsWithin);
  let said = "";
  for (;;) {
    const [chunk] = await once(child.stdout ?? child, "data", { signal });
    said += String(chunk);
    const port = /GOVC_URL=https?:\/\/[^ ]*127\.0\.0\.1:(\d+)\//.exec(said)?.[1];
    if (port) return Number(port);
  }
}

async function pinOf(port: number): Promise<string> {
  const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
  await once(socket, "secureConnect");
  const pin = socket.getPeerCertificate().fingerprint256;
  socket.destroy();
  return pin;
}
