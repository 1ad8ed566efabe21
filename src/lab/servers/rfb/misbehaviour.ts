import { randomBytes } from "node:crypto";
import type { Framebuffer } from "../../screen/framebuffer.ts";
import type { Machine } from "../../world/machine.ts";
import type { World } from "../../world/world.ts";
import { encodings } from "./encodings.ts";

/** What can be wrong with the pictures that a screen sends, by the World's faults. */
export type ScreenFault =
  | "screen-garbage"
  | "screen-truncated"
  | "screen-lies"
  | "screen-resizes"
  | "screen-huge"
  | "screen-tiny";

const names: readonly ScreenFault[] = [
  "screen-garbage",
  "screen-truncated",
  "screen-lies",
  "screen-resizes",
  "screen-huge",
  "screen-tiny",
];
const huge = { width: 16_384, height: 320 };
const garbageBytes = 65_536;
/** World milliseconds between a picture and the next size of a screen that never keeps one. */
export const resizeTime = 200;

/** The fault of a machine's screen that is in force, the first of them if there are several. */
export function screenFault(world: World, machine: Machine): ScreenFault | null {
  return names.find((name) => world.fault(name, machine.id) !== null) ?? null;
}

/** The size that a screen says it has; `count` tells the sizes apart of one that does not keep any. */
export function claimedSize(
  fault: ScreenFault | null,
  framebuffer: Framebuffer,
  count: number,
): { width: number; height: number } {
  if (fault === "screen-huge") return huge;
  if (fault === "screen-tiny") return { width: 1, height: 1 };
  if (fault === "screen-resizes")
    return { width: 320 + ((count * 97) % 800), height: 200 + ((count * 61) % 600) };
  return { width: framebuffer.width, height: framebuffer.height };
}

/** Bytes that mean nothing, instead of a picture. */
export function garbage(): Buffer {
  return randomBytes(garbageBytes);
}

/**
 * A rectangle that says more than will ever come: where its data begin with their length, two gigabytes of them, else
 * a width far beyond the screen. One that has no pixels is left as it is.
 */
export function falseLength(rectangle: Buffer): Buffer {
  const lie = Buffer.from(rectangle);
  const encoding = lie.readInt32BE(8);
  if (encoding === encodings.zrle) lie.writeUInt32BE(0x7fff_ffff, 12);
  else if (encoding >= 0) lie.writeUInt16BE(0xffff, 4);
  return lie;
}
