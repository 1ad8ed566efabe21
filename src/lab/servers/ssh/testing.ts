import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ssh, { type Client, type ClientChannel, type ConnectConfig } from "ssh2";
import { scaledClock } from "../../world/clock.ts";
import { World } from "../../world/world.ts";
import { LabNetwork } from "../network.ts";
import type { LabServers } from "../server.ts";
import { credentialFiles } from "./credentials.ts";
import { startSsh } from "./index.ts";

/** World seconds in a second of the test. */
const speed = 100;

/** The SSH servers of a lab of its own and clients for them, for tests. */
export class TestSite {
  readonly world: World;
  readonly failures: unknown[] = [];
  private readonly folder: string;
  private servers: LabServers | null = null;
  private readonly clients = new Set<Client>();

  static async start(extraHosts = 0): Promise<TestSite> {
    const site = new TestSite(await mkdtemp(join(tmpdir(), "passerelle-lab-")), extraHosts);
    const { world, folder } = site;
    const onFailure = (error: unknown) => site.failures.push(error);
    site.servers = await startSsh({ world, network: new LabNetwork(), folder, onFailure }, new Map());
    return site;
  }

  private constructor(folder: string, extraHosts: number) {
    this.folder = folder;
    this.world = new World({ seed: 3, clock: scaledClock(speed, Date.now()), extraHosts });
  }

  port(machine: string): number {
    return this.servers?.ports.get(machine) ?? 0;
  }

  async secret(name: keyof typeof credentialFiles): Promise<string> {
    return readFile(join(this.folder, credentialFiles[name]), "utf8");
  }

  /** Logs in on a machine's own loopback port, or on what `changes` say; rejects when that fails. */
  async connect(machine: string, changes: ConnectConfig = {}): Promise<Client> {
    const client = new ssh.Client();
    this.clients.add(client);
    const login =
      machine === "bounce"
        ? { privateKey: await this.secret("userKey"), passphrase: await this.secret("passphrase") }
        : { password: await this.secret("password") };
    return new Promise((resolve, reject) => {
      client.once("ready", () => resolve(client));
      client.once("close", () => reject(new Error("closed")));
      client.on("error", reject);
      client.connect({
        host: "127.0.0.1",
        port: this.port(machine),
        username: "ops",
        readyTimeout: 5_000,
        ...login,
        ...changes,
      });
    });
  }

  /** Logs in on a machine through the bounce, by its in-world address. */
  async connectThrough(bounce: Client, machine: string): Promise<Client> {
    const sock = await forward(bounce, this.world.machine(machine).address, 22);
    return this.connect(machine, { sock });
  }

  async close(): Promise<void> {
    for (const client of this.clients) client.destroy();
    await this.servers?.close();
    this.world.close();
    await rm(this.folder, { recursive: true });
  }
}

export function forward(client: Client, address: string, port: number): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.forwardOut("127.0.0.1", 1, address, port, (error, channel) =>
      error ? reject(error) : resolve(channel),
    );
  });
}

export function openCommand(client: Client, command: string, pty = false): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.exec(command, { pty }, (error, channel) => (error ? reject(error) : resolve(channel)));
  });
}

export async function execute(
  client: Client,
  command: string,
  input = "",
): Promise<{ status: number | null; output: string; error: string }> {
  const channel = await openCommand(client, command);
  const [output, error]: [Buffer[], Buffer[]] = [[], []];
  channel.on("data", (bytes: Buffer) => output.push(bytes));
  channel.stderr.on("data", (bytes: Buffer) => error.push(bytes));
  channel.end(input);
  const status = await new Promise<number | null>((resolve) => channel.once("close", resolve));
  return {
    status: status ?? null,
    output: Buffer.concat(output).toString(),
    error: Buffer.concat(error).toString(),
  };
}
