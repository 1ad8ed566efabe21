import type { Size } from "./geometry.ts";
import type { Depth } from "./pixel-format.ts";

/** What AMT's own copy of the screen may take, in bytes: it ends the session, without a word, when it is more. */
export const amtBufferLimit = 9_216_000;

/** A whole screen at 16 bits that takes longer than this is too slow to work with, in milliseconds. */
const tooSlow = 4_000;
/** One that takes less is quick enough to go back to 16 bits. */
const quickEnough = 1_500;
/** Updates in a row that must agree before the link is judged anew. */
const slowInARow = 2;
const quickInARow = 4;
/** How long 8 bits are kept at least; doubled each time that going back proves wrong soon after. */
const shortestPatience = 30_000;
const longestPatience = 600_000;
/** An update of less than this part of the screen says too little of the whole. */
const tellingPart = 1 / 8;
/** One of fewer bytes may come in one packet on any link: it does not speak for the link, only for what it shows. */
const tellingBytes = 32 * 1024;

/** What is thought of the link, and since when; times in milliseconds on any clock that only goes forward. */
export interface LinkJudgement {
  slow: boolean;
  /** Updates in a row that speak for the opposite. */
  against: number;
  since: number;
  /** Whether it was thought slow before. */
  wasSlow: boolean;
  /** How long it is thought slow at least. */
  patience: number;
}

/** One update of the framebuffer, from its first byte to its last. */
export interface UpdateMeasure {
  depth: Depth;
  pixels: number;
  bytes: number;
  milliseconds: number;
}

/** At first the link is trusted. */
export function unknownLink(now: number): LinkJudgement {
  return { slow: false, against: 0, since: now, wasSlow: false, patience: shortestPatience };
}

/**
 * Judges the link by how long the whole screen would take at 16 bits, were all of it like this update. Two limits far
 * apart, several updates that agree and a growing patience keep it from going back and forth, for each change costs a
 * whole screen.
 */
export function judgeLink(
  judgement: LinkJudgement,
  update: UpdateMeasure,
  screen: Size,
  now: number,
): LinkJudgement {
  const area = screen.width * screen.height;
  const telling = update.pixels >= area * tellingPart && (judgement.slow || update.bytes >= tellingBytes);
  if (!telling) return judgement;
  const atEight = update.depth === 8 ? 2 : 1;
  const wholeScreen = (update.milliseconds / update.pixels) * area * atEight;
  if (!judgement.slow) {
    const against = wholeScreen > tooSlow ? judgement.against + 1 : 0;
    if (against < slowInARow) return { ...judgement, against };
    const tooSoon = judgement.wasSlow && now - judgement.since < 2 * judgement.patience;
    const patience = tooSoon ? Math.min(2 * judgement.patience, longestPatience) : shortestPatience;
    return { slow: true, against: 0, since: now, wasSlow: true, patience };
  }
  const against = wholeScreen < quickEnough ? judgement.against + 1 : 0;
  const patient = now - judgement.since >= judgement.patience;
  if (against < quickInARow || !patient) return { ...judgement, against };
  return { ...judgement, slow: false, against: 0, since: now };
}

/** The bits per pixel for this screen over this link: 16 where AMT's buffer and the link allow it. */
export function chooseDepth(screen: Size, link: LinkJudgement): Depth {
  const fits = 2 * screen.width * screen.height <= amtBufferLimit;
  return fits && !link.slow ? 16 : 8;
}
