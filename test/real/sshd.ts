import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { findProgram } from "./counterpart.ts";
import { freePort } from "./free-port.ts";

/** Runs one of OpenSSH's tools to its end and returns what it printed; throws with its words when it fails. */
export async function openssh(
  name: string,
  words: string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<string> {
  const { stdout } = await promisify(execFile)(findProgram(name) ?? name, words, {
    timeout: 20_000,
    env: { ...process.env, ...environment },
  });
  return stdout;
}

/** Real sshd processes in a folder of their own, all of which end with `close`. */
export class OpenSsh {
  readonly folder = mkdtempSync(join(tmpdir(), "passerelle-sshd-"));
  readonly #children: ChildProcess[] = [];

  /** A fresh user key, authorised on every server of this folder. */
  async userKey(name: string, passphrase = "", type = "ed25519"): Promise<string> {
    const path = await this.strangeKey(name, passphrase, type);
    const authorised = join(this.folder, "authorized_keys");
    writeFileSync(authorised, readFileSync(`${path}.pub`), { flag: "a", mode: 0o600 });
    return path;
  }

  /** A fresh key that no server knows. */
  async strangeKey(name: string, passphrase = "", type = "ed25519"): Promise<string> {
    const path = join(this.folder, name);
    await openssh("ssh-keygen", ["-q", "-t", type, "-N", passphrase, "-C", name, "-f", path]);
    return path;
  }

  /** Starts sshd with further lines of configuration; resolves when it listens. */
  async start(more: string[] = [], keyType = "ed25519"): Promise<Sshd> {
    // Only root runs sshd with its privilege separation folder; it is the package's own.
    mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
    const folder = mkdtempSync(join(this.folder, "server-"));
    const hostKey = join(folder, "host_key");
    await openssh("ssh-keygen", ["-q", "-t", keyType, "-N", "", "-f", hostKey]);
    const port = await freePort();
    const configuration = join(folder, "sshd_config");
    writeFileSync(
      configuration,
      [
        `Port ${port}`,
        "ListenAddress 127.0.0.1",
        `HostKey ${hostKey}`,
        `PidFile ${join(folder, "pid")}`,
        `AuthorizedKeysFile ${join(this.folder, "authorized_keys")}`,
        "UsePAM no",
        "StrictModes no",
        "PermitRootLogin prohibit-password",
        ...more,
        "",
      ].join("\n"),
    );
    const child = spawn(findProgram("sshd") ?? "", ["-D", "-e", "-f", configuration], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#children.push(child);
    await listening(child);
    return { port, hostKey, publicKey: readFileSync(`${hostKey}.pub`, "utf8"), process: child };
  }

  /** A real ssh-agent that holds the keys; returns its socket. */
  async agent(...keys: string[]): Promise<string> {
    const socket = join(mkdtempSync(join(this.folder, "agent-")), "socket");
    const child = spawn(findProgram("ssh-agent") ?? "", ["-D", "-a", socket], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    this.#children.push(child);
    await new Promise<void>((resolve) => child.stdout.once("data", () => resolve()));
    await openssh("ssh-add", ["-q", ...keys], { SSH_AUTH_SOCK: socket });
    return socket;
  }

  async close(): Promise<void> {
    await Promise.all(this.#children.map(stop));
    rmSync(this.folder, { recursive: true });
  }
}

export interface Sshd {
  port: number;
  hostKey: string;
  publicKey: string;
  process: ChildProcess;
}

/** Ends a process and waits until it is gone. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGKILL");
  await gone;
}

function listening(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = "";
    child.stderr?.on("data", (bytes: Buffer) => {
      said = (said + bytes.toString()).slice(-10_000);
      if (said.includes("Server listening on")) resolve();
    });
    child.once("exit", () => reject(new Error(`sshd ended: ${said}`)));
    child.once("error", reject);
  });
}
