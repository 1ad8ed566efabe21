import { duplexPair } from "node:stream";
import { furnishScreens } from "../../../screen/furnishing.ts";
import { ManualClock } from "../../../world/clock.ts";
import { World } from "../../../world/world.ts";
import { decodeFormat, pixelWriter } from "../pixel-format.ts";
import { type RfbOptions, serveRfb } from "../serve.ts";
import { type ClientFormat, formatBytesOf, layoutOf } from "./decoding.ts";
import { TestViewer } from "./viewer.ts";

/** Numbers of encodings, as the specification gives them. */
export const encodings = { raw: 0, copy: 1, hextile: 5, zrle: 16, size: -223, extendedSize: -308 };

const opened: (() => void)[] = [];
const failures: unknown[] = [];

/** Closes what the labs of a test opened, and throws what went wrong in them; after each test. */
export function closeLabs(): void {
  for (const close of opened.splice(0)) close();
  const [failure] = failures.splice(0);
  if (failure !== undefined) throw failure;
}

/** A machine in a World of its own, and viewers of its screen over connections within the process. */
export function testLab(id = "tower-a") {
  const clock = new ManualClock();
  const world = new World({ seed: 7, clock });
  furnishScreens(world, { password: "lab-password", onFailure: (error) => failures.push(error) });
  opened.push(() => world.close());
  const machine = world.machine(id);
  const connect = (options: Partial<RfbOptions> = {}): TestViewer => {
    const [near, far] = duplexPair();
    const served = serveRfb(far, {
      world,
      machine,
      dialect: "standard",
      password: null,
      name: id,
      onFailure: (error) => failures.push(error),
      ...options,
    });
    const viewer = new TestViewer(near, options.dialect === "amt");
    opened.push(() => {
      viewer.close();
      served.close();
    });
    return viewer;
  };
  return { clock, world, machine, connect };
}

/** Asks for pictures until the words are on the screen. */
export async function see(viewer: TestViewer, words: string): Promise<void> {
  while (!viewer.rows().join("\n").includes(words)) {
    viewer.request(true);
    await viewer.update();
  }
}

/** Asks for pictures until the client has the machine's own, to the pixel, as far as its format can show it. */
export async function seeAll(
  viewer: TestViewer,
  framebuffer: { pixels: Uint32Array },
  name: ClientFormat = "trueColour",
): Promise<void> {
  const format = decodeFormat(formatBytesOf(name));
  if (!format) throw new Error("no format");
  const writer = pixelWriter(format);
  const layout = layoutOf(formatBytesOf(name));
  // What the shell still has to write comes in turns of its own.
  for (let turn = 0; turn < 60; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  const shown = new Map<number, number>();
  for (const colour of new Set(framebuffer.pixels)) shown.set(colour, layout.rgb(writer.value(colour)));
  const wanted = Buffer.from(framebuffer.pixels.map((colour) => shown.get(colour) ?? 0).buffer);
  while (!Buffer.from(viewer.pixels.buffer).equals(wanted)) {
    viewer.request(true);
    await viewer.update();
  }
}

/** Logs in and asks for the whole picture; waits for it. */
export async function look(
  viewer: TestViewer,
  known: number[] = [encodings.zrle, encodings.copy, encodings.size],
): Promise<void> {
  await viewer.logIn();
  viewer.setEncodings(...known);
  viewer.request(false);
  await viewer.update();
}
