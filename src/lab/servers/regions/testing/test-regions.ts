import { mkdtemp, readFile, rm } from "node:fs/promises";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scaledClock } from "../../../world/clock.ts";
import { World } from "../../../world/world.ts";
import { LabNetwork } from "../../network.ts";
import type { LabServers } from "../../server.ts";
import { startRegions } from "../index.ts";

export interface Asked {
  status: number;
  servedBy: string;
  text: string;
}

/** The regions of a World whose time runs fast, and their servers on loopback. */
export class TestRegions {
  readonly world: World;
  readonly network = new LabNetwork();
  readonly failures: unknown[] = [];
  readonly folder: string;
  private readonly closing = new AbortController();
  private servers: LabServers | null = null;
  private authority = "";

  private constructor(folder: string) {
    this.folder = folder;
    this.world = new World({ seed: 5, clock: scaledClock(1_000, Date.UTC(2025, 0, 6, 9)), sites: "regions" });
  }

  static async start(): Promise<TestRegions> {
    const regions = new TestRegions(await mkdtemp(join(tmpdir(), "passerelle-regions-")));
    const { world, network, folder } = regions;
    const onFailure = (error: unknown) => regions.failures.push(error);
    regions.servers = await startRegions({ world, network, folder, onFailure }, new Map());
    regions.authority = await readFile(join(folder, "keys/regions-authority.crt"), "utf8");
    return regions;
  }

  port(name: string): number {
    const port = this.servers?.ports.get(name);
    if (port === undefined) throw new RangeError(`no port ${name}`);
    return port;
  }

  ports(): string[] {
    return [...(this.servers?.ports.keys() ?? [])];
  }

  /** One GET over TLS to its end; rejects when the connection breaks or `signal` ends it. */
  ask(
    port: string,
    path: string,
    headers: Record<string, string> = {},
    signal: AbortSignal = this.closing.signal,
  ): Promise<Asked> {
    const options = {
      host: "127.0.0.1",
      port: this.port(port),
      path,
      headers,
      agent: false,
      signal,
    } as const;
    return new Promise((resolve, reject) => {
      const sent = request({ ...options, ca: this.authority, servername: "localhost" }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.once("error", reject);
        response.once("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            servedBy: String(response.headers["x-served-by"] ?? ""),
            text: Buffer.concat(chunks).toString("utf8"),
          }),
        );
      });
      sent.once("error", reject);
      sent.end();
    });
  }

  /** How an application is answered at the front of a region. */
  application(region: string, name: string): Promise<Asked> {
    return this.ask(`front ${region}`, "/", { host: `${name}.shop.example` });
  }

  /** Asks until the answer is as wanted, for as long as the test has. */
  async until<Answer>(asked: () => Promise<Answer>, wanted: (answer: Answer) => boolean): Promise<Answer> {
    for (;;) {
      const answer = await asked();
      if (wanted(answer)) return answer;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** Closes everything, and throws what went wrong inside. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.servers?.close();
    this.world.close();
    await rm(this.folder, { recursive: true });
    const [failure] = this.failures;
    if (failure !== undefined) throw failure;
  }
}
