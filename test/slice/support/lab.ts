import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { vi } from "vitest";
import { LabControl } from "../../../src/lab/control.ts";
import { endStrays, plainEnvironment, type Running, run } from "./programs.ts";

// Whole programs are started and stopped here, several in one test, on machines that may have other things to do.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const program = fileURLToPath(new URL("../../../src/lab/index.ts", import.meta.url));

/** The embedded lab in a process of its own, and a folder for what the tests of one file need besides. */
export class SliceLab {
  /** Removed with everything in it by `stop`. */
  readonly folder: string;
  readonly control: LabControl;
  /** The estate file that the lab wrote. */
  readonly estate: string;
  readonly #running: Running;

  private constructor(folder: string, running: Running, estate: string) {
    this.folder = folder;
    this.estate = join(folder, "lab", estate);
    this.control = new LabControl(join(folder, "lab", "control.json"));
    this.#running = running;
  }

  /**
   * Starts a lab of the two-tower site, others only when `sites` asks for them. Its clock runs
   * fast, so that a reboot takes a moment. It draws its secrets by itself unless it is
   * given the hosts' password and the passphrase of the bounce's key. `speed` is how many times as fast as the wall's
   * its clock runs: consent that holds for two minutes holds for a second only when that is a hundred.
   */
  static async start(
    given: {
      hostPassword?: string;
      bouncePassphrase?: string;
      speed?: number;
      sites?: "atelier" | "provider" | "regions" | "all";
      /** The file of a copied estate, which stands instead of any site. */
      copy?: string;
    } = {},
  ): Promise<SliceLab> {
    const folder = mkdtempSync(join(tmpdir(), "passerelle-slice-"));
    const secrets = join(folder, "lab", "secrets");
    mkdirSync(secrets, { recursive: true, mode: 0o700 });
    for (const [name, secret] of [
      ["host-password", given.hostPassword],
      ["bounce-passphrase", given.bouncePassphrase],
    ] as const) {
      if (secret !== undefined) writeFileSync(join(secrets, name), secret, { mode: 0o600 });
    }
    const words = [
      "start",
      "--folder",
      join(folder, "lab"),
      "--speed",
      String(given.speed ?? 100),
      "--sites",
      given.sites ?? "atelier",
      "--with-parent",
      ...(given.copy === undefined ? [] : ["--copy", given.copy]),
    ];
    const running = run(program, words, plainEnvironment());
    await running.says("control");
    return new SliceLab(folder, running, given.copy === undefined ? "atelier.yaml" : "copy.yaml");
  }

  path(...names: string[]): string {
    return join(this.folder, ...names);
  }

  /** Writes a changed copy of the lab's estate beside it, where its keys and secrets are; resolves to the path. */
  estateWith(name: string, change: (words: string) => string): string {
    const before = readFileSync(this.estate, "utf8");
    const words = change(before);
    if (words === before) throw new Error("the estate was not changed");
    const path = this.path("lab", name);
    writeFileSync(path, words, { mode: 0o600 });
    return path;
  }

  /** Log-in requests with a credential that a machine has had. */
  async logIns(machine: string): Promise<number> {
    return (await this.machine(machine)).logIns.tried;
  }

  async machine(id: string) {
    const { machines } = await this.control.status();
    const found = machines.find((machine) => machine.id === id);
    if (!found) throw new Error(`the lab has no ${id}`);
    return found;
  }

  async stop(): Promise<void> {
    this.#running.child.kill("SIGTERM");
    const { error } = await this.#running.ended;
    await endStrays();
    rmSync(this.folder, { recursive: true, force: true });
    if (error !== "") throw new Error(`the lab complained: ${error}`);
  }
}
