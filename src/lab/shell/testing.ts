import { ManualClock, type WorldClock } from "../world/clock.ts";
import { MachineView } from "../world/view.ts";
import { World } from "../world/world.ts";
import { MachineShell } from "./machine-shell.ts";
import { Collector, sourceOf } from "./streams.ts";

/** A machine of a World of its own, for tests: runs scripts and gives back what they printed. */
export class TestMachine {
  readonly world: World;
  readonly shell: MachineShell;
  readonly failures: unknown[] = [];

  constructor(id = "tower-a", clock: WorldClock = new ManualClock()) {
    this.world = new World({ seed: 7, clock });
    const view = new MachineView(this.world, this.world.machine(id));
    this.shell = new MachineShell(view, (error) => this.failures.push(error));
  }

  async run(
    script: string,
    options: { input?: string; signal?: AbortSignal } = {},
  ): Promise<{ status: number; output: string; error: string }> {
    const output = new Collector(16 * 1024 * 1024);
    const error = new Collector(1024 * 1024);
    const shell = this.shell.open({
      variables: new Map(),
      input: sourceOf(new TextEncoder().encode(options.input ?? "")),
      output,
      error,
      terminal: null,
      signal: options.signal ?? new AbortController().signal,
    });
    const status = await shell.runScript(script);
    return { status, output: output.text(), error: error.text() };
  }
}
