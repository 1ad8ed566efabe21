import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createHash, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { makeSelfSigned } from "../../src/main/reach/testing/self-signed.ts";
import { findProgram } from "./counterpart.ts";
import { freePort } from "./free-port.ts";

/** Milliseconds. */
const startsWithin = 20_000;
const endsWithin = 5000;

/** Real VNC servers in a folder of their own, all of which end with `close`. */
export class VncServers {
  readonly folder = mkdtempSync(join(tmpdir(), "passerelle-vnc-"));
  /** The SHA-256 of the certificate that every server here shows. */
  readonly pin: string;
  readonly #password: string;
  readonly #children: ChildProcess[] = [];

  /** `password` is what every server here wants. */
  constructor(password: string) {
    this.#password = password;
    const { cert, key } = makeSelfSigned("vnc.example");
    for (const name of ["server-cert.pem", "ca-cert.pem"]) writeFileSync(join(this.folder, name), cert);
    writeFileSync(join(this.folder, "server-key.pem"), key, { mode: 0o600 });
    writeFileSync(join(this.folder, "secret"), password, { mode: 0o600 });
    this.pin = createHash("sha256").update(new X509Certificate(cert).raw).digest("hex");
  }

  /** TigerVNC's X server with the classic pattern as its root window; 800 × 600. */
  async xvnc(securityTypes: string): Promise<VncServer> {
    const made = spawnSync(findProgram("vncpasswd") ?? "vncpasswd", ["-f"], {
      input: `${this.#password}\n`,
      timeout: 10_000,
    });
    writeFileSync(join(this.folder, "password"), made.stdout, { mode: 0o600 });
    const port = await freePort();
    const display = `:${port}`;
    return this.#start(port, "Xvnc", [
      display,
      "-retro",
      ...["-geometry", "800x600", "-depth", "24", "-rfbport", String(port), "-interface", "127.0.0.1"],
      ...["-localhost", "-nolisten", "tcp", "-SecurityTypes", securityTypes],
      ...["-PasswordFile", join(this.folder, "password")],
      ...["-X509Cert", join(this.folder, "server-cert.pem")],
      ...["-X509Key", join(this.folder, "server-key.pem")],
    ]);
  }

  /** A machine without a disk: its BIOS looks for one and says that there is none. `open`: it wants no password. */
  async qemu(tls: "open" | "none" | "anonymous" | "certificate"): Promise<VncServer & { monitor: Monitor }> {
    const port = await freePort();
    const socket = join(this.folder, `monitor-${port}`);
    const credentials = {
      open: [],
      none: [],
      anonymous: ["-object", "tls-creds-anon,id=tls,endpoint=server"],
      certificate: [
        "-object",
        `tls-creds-x509,id=tls,dir=${this.folder},endpoint=server,verify-peer=no,sanity-check=off`,
      ],
    }[tls];
    const login = tls === "open" ? "" : `,password-secret=vs${tls === "none" ? "" : ",tls-creds=tls"}`;
    const server = await this.#start(port, "qemu-system-x86_64", [
      ...["-M", "q35", "-nodefaults", "-display", "none", "-nographic", "-vga", "std", "-m", "64"],
      ...[
        "-serial",
        "none",
        "-monitor",
        "none",
        "-object",
        `secret,id=vs,file=${join(this.folder, "secret")}`,
      ],
      ...credentials,
      ...["-vnc", `127.0.0.1:${port - 5900}${login}`],
      ...["-qmp", `unix:${socket},server,nowait`],
    ]);
    return { ...server, monitor: await Monitor.open(socket) };
  }

  async close(): Promise<void> {
    for (const child of this.#children) await ended(child);
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #start(port: number, program: string, words: string[]): Promise<VncServer> {
    const child = spawn(findProgram(program) ?? program, words, { stdio: ["ignore", "ignore", "pipe"] });
    this.#children.push(child);
    let said = "";
    child.stderr?.on("data", (bytes: Buffer) => {
      said = `${said}${bytes}`.slice(-2000);
    });
    const deadline = Date.now() + startsWithin;
    while (!(await listens(port))) {
      if (child.exitCode !== null || Date.now() > deadline)
        throw new Error(`${program} did not start: ${said}`);
      await sleep(50);
    }
    return { port, end: () => ended(child) };
  }
}

export interface VncServer {
  port: number;
  /** Ends the server; resolves when it is gone. */
  end(): Promise<void>;
}

/** QEMU's machine protocol (docs/interop/qmp-spec): the power button and the reset switch. */
export class Monitor {
  readonly #socket: Socket;
  readonly #answers: AsyncIterator<string>;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#answers = createInterface({ input: socket })[Symbol.asyncIterator]();
  }

  static async open(path: string): Promise<Monitor> {
    const socket = connect(path);
    await once(socket, "connect");
    const monitor = new Monitor(socket);
    await monitor.#answers.next();
    await monitor.execute("qmp_capabilities");
    return monitor;
  }

  /** Runs a command without arguments; what happens meanwhile is passed over. */
  async execute(command: string): Promise<void> {
    this.#socket.write(`${JSON.stringify({ execute: command })}\n`);
    for (;;) {
      const { value, done } = await this.#answers.next();
      if (done) throw new Error("the monitor was closed");
      const answer: { return?: unknown; error?: unknown } = JSON.parse(value);
      if (answer.error) throw new Error(JSON.stringify(answer.error));
      if (answer.return) return;
    }
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** Whether something listens, by the kernel's own table: a connection would count as a failed log-in. */
async function listens(port: number): Promise<boolean> {
  const table = await readFile("/proc/net/tcp", "utf8");
  const address = `0100007F:${port.toString(16).toUpperCase().padStart(4, "0")} 00000000:0000 0A`;
  return table.includes(address);
}

/** Asked to end, for a killed X server leaves its lock behind; killed when it does not. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGTERM");
  const killing = setTimeout(() => child.kill("SIGKILL"), endsWithin);
  await exit;
  clearTimeout(killing);
}
