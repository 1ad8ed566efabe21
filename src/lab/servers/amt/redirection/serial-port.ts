import { Login } from "../../../screen/login.ts";
import { startLines, stopLines } from "../../../screen/start-lines.ts";
import { shellOf } from "../../../shell/shells.ts";
import type { Machine } from "../../../world/machine.ts";
import { MachineView } from "../../../world/view.ts";
import { systemTimes, type World } from "../../../world/world.ts";
import { loaderLines, networkLines, postLines, type SerialLine, setupLines } from "./serial-lines.ts";

/** World milliseconds over which the lines of the stages before the system come. */
const firmwareTime = { none: 0, post: 4_000, setup: 200, network: 7_000, loader: 2_000 } as const;
const saveKey = "\u001b[21~";
const leaveKey = "\u001b";
const size = { columns: 80, rows: 24 };

export interface SerialPortParts {
  world: World;
  machine: Machine;
  /** The visitor's password; null lets nobody in. */
  password: string | null;
  onFailure(error: unknown): void;
}

/** Whoever listens at the port; resolves when there is room for more. */
export type Listener = (bytes: Uint8Array) => Promise<void>;

/**
 * The serial port of a machine: the firmware's and the kernel's lines as they come, then a log-in. What nobody listens
 * to is lost, as on a real line; a shell that was left open is still there for the next who listens.
 */
export class SerialPort {
  private readonly parts: SerialPortParts;
  private readonly view: MachineView;
  private readonly stopFollowing: () => void;
  private listener: Listener | null = null;
  private login: Login | null = null;
  private calledOff = () => {};

  constructor(parts: SerialPortParts) {
    this.parts = parts;
    this.view = new MachineView(parts.world, parts.machine);
    this.stopFollowing = parts.world.onChange((change) => {
      if (change.machine === parts.machine.id && (change.what === "power" || change.what === "stage")) {
        this.follow();
      }
    });
  }

  /** Listens until the function that is returned is called. */
  attach(listener: Listener): () => void {
    this.listener = listener;
    this.follow();
    return () => {
      if (this.listener !== listener) return;
      this.listener = null;
      this.calledOff();
    };
  }

  /** Takes what was typed. */
  feed(bytes: Uint8Array): void {
    const { world, machine } = this.parts;
    if (machine.stage === "setup") {
      const words = Buffer.from(bytes).toString("latin1");
      if (words.includes(saveKey)) world.leaveSetup(machine.id, "save");
      else if (words === leaveKey) world.leaveSetup(machine.id, "discard");
    } else if (machine.power === "on") this.login?.feed(bytes);
  }

  close(): void {
    this.stopFollowing();
    this.calledOff();
    this.login?.close();
  }

  /** Shows what comes from now on in the present stage. */
  private follow(): void {
    const { machine } = this.parts;
    const { power, stage } = machine;
    this.calledOff();
    if (power !== "on") {
      this.login?.close();
      this.login = null;
    }
    if (power === "on") {
      if (this.listener) this.login ??= this.newLogin();
      return;
    }
    if (!this.listener) return;
    const times = systemTimes(machine.role);
    if (power === "stopping") this.play(stopLines(this.view), times.stop, this.view.now());
    else if (stage === "system") this.play(startLines(this.view), times.start, machine.stageSince);
    else this.play(this.firmwareLines(), firmwareTime[stage], machine.stageSince);
  }

  private firmwareLines(): SerialLine[] {
    const { stage } = this.parts.machine;
    if (stage === "post") return postLines(this.view);
    if (stage === "setup") return setupLines();
    if (stage === "network") return networkLines(this.view);
    return stage === "loader" ? loaderLines(this.view) : [];
  }

  /** Shows lines that are spread over `duration` world milliseconds from `since` on, but for those that have been. */
  private play(lines: readonly SerialLine[], duration: number, since: number): void {
    const due = (line: SerialLine) => since + line.at * duration - this.view.now();
    const coming = lines.filter((line) => due(line) > -50);
    const next = () => {
      const line = coming.shift();
      if (!line) return;
      this.calledOff = this.parts.world.clock.after(Math.max(0, due(line)), () => {
        this.show(`${line.words}\r\n`);
        next();
      });
    };
    next();
  }

  private newLogin(): Login {
    const { world, machine, password, onFailure } = this.parts;
    return new Login(
      {
        machine,
        line: "ttyS0",
        size,
        shell: () => shellOf(world, machine, onFailure),
        password,
        after: (milliseconds, work) => world.clock.after(milliseconds, work),
        onFailure,
      },
      { terminal: true, write: async (bytes) => this.listener?.(bytes), end: () => {} },
    );
  }

  private show(words: string): void {
    this.listener?.(new TextEncoder().encode(words)).catch(() => {});
  }
}
