import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { z } from "zod";
import { type SimulatedVcenter, vcenterEstate } from "./vcenter.ts";

const placeSchema = z.object({ port: z.number(), pin: z.string(), password: z.string(), vms: z.number() });
const sentSchema = z.object({ sent: z.number(), refused: z.number() });
const emptiedSchema = z.object({ seconds: z.number(), moved: z.number() });
const patience = 60_000;

/** The lab's vCenter by itself on loopback, in a process of its own, whose VMs change at the pace that it is told. */
export class LabVcenter implements SimulatedVcenter {
  readonly estate: string;
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #lines: Interface;

  private constructor(child: ChildProcess, lines: Interface, parts: { estate: string; url: string }) {
    this.#child = child;
    this.#lines = lines;
    this.estate = parts.estate;
    this.url = parts.url;
  }

  /** With so many VMs beside its usual ones; its clock runs `speed` times as fast. The estate is written below `folder`. */
  static async start(folder: string, vms: number, speed: number): Promise<LabVcenter> {
    const script = join(import.meta.dirname, "..", "vcenter-server.ts");
    const child = spawn(process.execPath, [script, String(vms), String(speed)], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const lines = createInterface({ input: child.stdout });
    try {
      const { port, pin, password } = placeSchema.parse(await nextLine(lines));
      const user = "console@vsphere.example";
      const { estate } = await vcenterEstate(folder, { port, pin, user, password });
      const access = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
      return new LabVcenter(child, lines, { estate, url: `https://${access}@127.0.0.1:${port}/sdk` });
    } catch (error) {
      child.kill("SIGKILL");
      throw error;
    }
  }

  /** From now on so many VMs a second are powered on or off. Gives how many were until now; throws when one was refused. */
  async change(pace: number): Promise<number> {
    const answered = nextLine(this.#lines);
    this.#child.stdin?.write(`${JSON.stringify({ pace })}\n`);
    const { sent, refused } = sentSchema.parse(await answered);
    if (refused > 0) throw new Error(`the lab's vCenter refused ${refused} of ${sent + refused} changes`);
    return sent;
  }

  /** Moves all VMs of a host away by a plain loop, so many at a time: how many, and in how many seconds. */
  async empty(host: string, limit: number): Promise<{ seconds: number; moved: number }> {
    const answered = nextLine(this.#lines, 600_000);
    this.#child.stdin?.write(`${JSON.stringify({ empty: host, limit })}\n`);
    return emptiedSchema.parse(await answered);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    await ended;
  }
}

async function nextLine(lines: Interface, within = patience): Promise<unknown> {
  const [line] = await once(lines, "line", { signal: AbortSignal.timeout(within) });
  return JSON.parse(z.string().parse(line));
}
