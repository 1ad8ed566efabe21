import { shellOf } from "../shell/shells.ts";
import type { Machine } from "../world/machine.ts";
import { MachineView } from "../world/view.ts";
import type { Change, World } from "../world/world.ts";
import { BootMenu } from "./boot-menu.ts";
import { Console } from "./console.ts";
import { cellHeight, cellWidth } from "./font.ts";
import type { Framebuffer } from "./framebuffer.ts";
import type { Key } from "./keyboard.ts";
import { Loader } from "./loader.ts";
import { NetworkBoot } from "./network-boot.ts";
import { noSignal } from "./no-signal.ts";
import type { Picture, Position } from "./picture.ts";
import { Setup } from "./setup.ts";
import { Splash } from "./splash.ts";

/** World milliseconds between two pictures while something moves. */
const frameTime = 100;
/** World milliseconds that the mouse's cell is shown after it moved. */
const pointerTime = 4_000;
/** Bytes that a program may write to the screen between two pictures, and in all while nobody looks. */
const outputPerFrame = 16_384;
const unseenOutputLimit = 1_048_576;

export interface MachineScreenParts {
  world: World;
  machine: Machine;
  /** The visitor's password; null lets nobody log in. */
  password(): string | null;
  onFailure(error: unknown): void;
}

/**
 * The screen of one machine and the keyboard before it, whoever looks: what it shows follows the World. Nothing is
 * drawn while nobody looks; a session on the console goes on.
 */
export class MachineScreen {
  private readonly parts: MachineScreenParts;
  private readonly viewers = new Set<() => void>();
  private picture: Picture = noSignal();
  /** Which start and which stage the picture is of. */
  private shown = "";
  private wantsBootMenu = false;
  private stopFollowing = () => {};
  private stopFrames: (() => void) | null = null;
  private mouse: (Position & { until: number }) | null = null;
  private output = 0;
  private unseenOutput = 0;
  private waitingForRoom: (() => void)[] = [];
  private isTelling = false;

  constructor(parts: MachineScreenParts) {
    this.parts = parts;
  }

  /** What the screen shows now; another one when its size has changed. */
  get framebuffer(): Framebuffer {
    return this.picture.grid.framebuffer;
  }

  /** The words in each row of cells, for tests and for who cannot see. */
  get rows(): string[] {
    const { grid } = this.picture;
    return Array.from({ length: grid.rows }, (_, row) => grid.textOf(row));
  }

  /** Calls `onChange` soon after the picture changed, until the function that is returned is called. */
  watch(onChange: () => void): () => void {
    const viewer = () => onChange();
    this.viewers.add(viewer);
    if (this.viewers.size === 1) {
      this.stopFollowing = this.parts.world.onChange((change) => this.follow(change));
      this.unseenOutput = 0;
      this.makeRoom();
      this.draw();
    }
    return () => {
      if (!this.viewers.delete(viewer) || this.viewers.size > 0) return;
      this.stopFollowing();
      this.stopFrames?.();
      this.stopFrames = null;
      this.makeRoom();
    };
  }

  press(key: Key | "restart"): void {
    if (key === "restart") this.restart();
    else this.picture.press(key);
    this.draw();
  }

  paste(words: string): void {
    this.picture.paste(words);
    this.draw();
  }

  /** The mouse moved to a pixel; a text screen shows the cell under it for a while. */
  point(x: number, y: number): void {
    const row = Math.floor(y / cellHeight);
    const column = Math.floor(x / cellWidth);
    if (this.mouse?.row === row && this.mouse.column === column) return;
    this.mouse = { row, column, until: this.parts.world.clock.now() + pointerTime };
    this.draw();
  }

  /** Ctrl-Alt-Del: at once before the system runs, in order afterwards. */
  private restart(): void {
    const { world, machine } = this.parts;
    if (machine.stage === "system" && machine.power === "on") world.shutDown(machine.id, "reboot");
    else if (machine.power === "starting") world.reset(machine.id);
  }

  private follow(change: Change): void {
    if (change.machine !== this.parts.machine.id) return;
    if (change.what === "stage" || change.what === "power") this.draw();
  }

  /** Shows what there is to see now, tells the viewers, and comes again while something moves. */
  private draw(): void {
    if (this.viewers.size === 0) return;
    this.choosePicture();
    const { world } = this.parts;
    const isMoving = this.picture.refresh();
    const { machine } = this.parts;
    if (this.mouse && (this.mouse.until <= world.clock.now() || machine.stage === "none")) this.mouse = null;
    this.picture.grid.paint(this.mouse ? [...this.picture.marked, this.mouse] : this.picture.marked);
    this.tell();
    const goesOn = isMoving || this.mouse !== null || this.output > 0;
    if (!goesOn || this.stopFrames) return;
    this.stopFrames = world.clock.after(frameTime, () => {
      this.stopFrames = null;
      this.makeRoom();
      this.draw();
    });
  }

  private choosePicture(): void {
    const { machine } = this.parts;
    const shown = `${machine.boots} ${machine.stage} ${machine.stageSince}`;
    const isStarted = machine.stage === "system" && this.shown.endsWith(` system ${machine.stageSince}`);
    if (shown === this.shown || isStarted) return;
    this.shown = shown;
    this.replace(this.pictureOf(machine));
  }

  private pictureOf(machine: Machine): Picture {
    const { world, password, onFailure } = this.parts;
    if (machine.stage === "post") {
      this.wantsBootMenu = false;
      return new Splash(world, machine, () => {
        this.wantsBootMenu = true;
      });
    }
    if (machine.stage === "setup") {
      if (!this.wantsBootMenu) return new Setup(world, machine);
      return new BootMenu(world, machine, () => this.replace(new Setup(world, machine)));
    }
    if (machine.stage === "network") return new NetworkBoot(world, machine);
    if (machine.stage === "loader") return new Loader(world, machine);
    if (machine.stage === "none") return noSignal();
    return new Console({
      view: new MachineView(world, machine),
      shell: () => shellOf(world, machine, onFailure),
      password: password(),
      room: (bytes) => this.room(bytes),
      onOutput: () => this.outputCame(),
      onFailure,
    });
  }

  private replace(picture: Picture): void {
    this.picture.close();
    this.picture = picture;
    this.makeRoom();
  }

  /** Words came between two pictures: they are drawn with the next one, which comes soon. */
  private outputCame(): void {
    if (this.viewers.size === 0 || this.isTelling) return;
    this.isTelling = true;
    setImmediate(() => {
      this.isTelling = false;
      this.draw();
    });
  }

  private room(bytes: number): Promise<void> {
    this.output += bytes;
    if (this.viewers.size === 0) this.unseenOutput += bytes;
    const isFull =
      this.viewers.size > 0 ? this.output >= outputPerFrame : this.unseenOutput >= unseenOutputLimit;
    if (!isFull) return Promise.resolve();
    return new Promise((resolve) => this.waitingForRoom.push(resolve));
  }

  private makeRoom(): void {
    this.output = 0;
    for (const wake of this.waitingForRoom.splice(0)) wake();
  }

  private tell(): void {
    for (const viewer of [...this.viewers]) viewer();
  }
}
