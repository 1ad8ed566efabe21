import type { ByteReader } from "./byte-reader.ts";
import { type FarSide, notRfb } from "./faults.ts";

/** The versions of RFB that differ in how one logs in. */
export type RfbVersion = "3.3" | "3.7" | "3.8";

const greetingLength = 12;
const prefixLength = 4;

/** The greeting of each version (RFC 6143, 7.1.1). */
export const greetings: Record<RfbVersion, string> = {
  "3.3": "RFB 003.003\n",
  "3.7": "RFB 003.007\n",
  "3.8": "RFB 003.008\n",
};

/**
 * Reads the far side's greeting; the version to be spoken with it. Apple's 3.889 and AMT's 4.0 and 4.1 are spoken to as
 * 3.8, and what lies between as the standard version before it. Throws OpsError `rfb.not-rfb`, and what the reader
 * throws.
 */
export async function readGreeting(reader: ByteReader, farSide: FarSide): Promise<RfbVersion> {
  const prefix = (await reader.take(prefixLength)).toString("latin1");
  // Another protocol's greeting may be shorter than ours: it is told apart without waiting for the rest.
  if (prefix !== "RFB ") throw notRfb(farSide);
  const rest = (await reader.take(greetingLength - prefixLength)).toString("latin1");
  const match = /^(\d{3})\.(\d{3})\n$/.exec(rest);
  if (!match) throw notRfb(farSide);
  const [major, minor] = [Number(match[1]), Number(match[2])];
  if (major < 3 || (major === 3 && minor < 3)) throw notRfb(farSide);
  if (major > 3 || minor >= 8) return "3.8";
  return minor === 7 ? "3.7" : "3.3";
}
