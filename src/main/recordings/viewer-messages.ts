import { ViewerFollower, viewerMessage } from "../rfb/viewer-follower.ts";
import { pixelFormatLength, viewerGreeting } from "./greeting.ts";

const greetingLength = viewerGreeting.version + viewerGreeting.type + viewerGreeting.init;

/** Follows what a viewer of RFB 3.8 says, its log-in first, to know the pixel format that its pictures come in. */
export class ViewerMessages {
  readonly #follower = new ViewerFollower((head) => this.#see(head), greetingLength);
  #pixelFormat: Buffer | null = null;
  #asked = false;
  #changed = false;

  /** The format that the viewer set before it asked for its first picture; null while it has set none. */
  get pixelFormat(): Buffer | null {
    return this.#pixelFormat;
  }

  /** Whether it has asked for a picture. */
  get asked(): boolean {
    return this.#asked;
  }

  /** Whether it has set another format after its first picture. */
  get changed(): boolean {
    return this.#changed;
  }

  /** Whether it said something that is not known, after which nothing is understood. */
  get lost(): boolean {
    return this.#follower.lost;
  }

  push(bytes: Uint8Array): void {
    this.#follower.push(bytes);
  }

  #see(head: Buffer): void {
    if (head[0] === viewerMessage.updateRequest) this.#asked = true;
    if (head[0] !== viewerMessage.setPixelFormat) return;
    const format = head.subarray(4);
    if (!this.#asked) this.#pixelFormat = Buffer.from(format);
    else if (!this.#pixelFormat || !samePixels(format, this.#pixelFormat)) this.#changed = true;
  }
}

/** Whether two pixel formats lay out pixels alike; their last three bytes are padding. */
export function samePixels(one: Buffer, other: Buffer): boolean {
  const telling = pixelFormatLength - 3;
  return one.subarray(0, telling).equals(other.subarray(0, telling));
}
