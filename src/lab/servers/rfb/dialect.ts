import type { Machine } from "../../world/machine.ts";
import { highColour, type PixelFormat, trueColour } from "./pixel-format.ts";

/** What tells one kind of RFB server from another. */
export interface Dialect {
  version: string;
  /** What the server offers at first. */
  format: PixelFormat;
  /** Bits of a pixel beyond which it hangs up. */
  bitsLimit: number;
  /** Bytes of a whole picture beyond which it hangs up; null when there is no such limit. */
  pictureLimit: number | null;
  /** Whether it goes by tiles of its own, and by positions of keys. */
  isAmt: boolean;
}

/** A server as QEMU and Xvnc are. */
export const standardDialect: Dialect = {
  version: "003.008",
  format: trueColour,
  bitsLimit: 32,
  pictureLimit: null,
  isAmt: false,
};

/** Bytes of the largest picture that Intel AMT takes in its buffer. */
export const amtPictureLimit = 9_216_000;

/** The server in Intel AMT: sixteen bits at most. Before generation 12 it calls its version 4.0 and means 3.8. */
export function amtDialect(machine: Machine): Dialect {
  const generation = Number.parseInt(machine.management?.version ?? "12", 10);
  return {
    version: generation < 12 ? "004.000" : "003.008",
    format: highColour,
    bitsLimit: 16,
    pictureLimit: amtPictureLimit,
    isAmt: true,
  };
}
