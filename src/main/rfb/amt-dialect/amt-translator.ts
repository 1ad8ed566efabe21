import type { OpsError } from "../../../shared/errors.ts";
import type { FarSide } from "../faults.ts";
import type { ServerInit, Translated, Translator, Unfinished } from "../translator.ts";
import { ByteWriter } from "./byte-writer.ts";
import { readFarSide } from "./far-messages.ts";
import { DialectFault, sizeImpossible } from "./faults.ts";
import { canBeShown } from "./geometry.ts";
import { offeredFormat, writePixelFormat } from "./pixel-format.ts";
import { PieceReader } from "./reading.ts";
import { RectangleTranslator } from "./rectangles.ts";
import { RequestFlow } from "./request-flow.ts";
import { readViewer } from "./viewer-messages.ts";
import { ViewerWishes } from "./viewer-wishes.ts";

/** What AMT's screen calls itself; noVNC falls back to 64 colours when it reads just that. */
const amtName = "Intel(r) AMT KVM";

/** Whether a screen speaks AMT's dialect, by what it told of itself. */
export function isAmtScreen(init: Pick<ServerInit, "name">): boolean {
  return init.name === amtName;
}

/** What a translator is made of; the size is the one of the far side's ServerInit, in pixels. */
export interface AmtTranslatorOptions {
  width: number;
  height: number;
  /** How the viewer shall call the screen, such as the name of the machine. */
  name: string;
  /** The system that errors belong to. */
  system?: string;
  /** Milliseconds on a clock that only goes forward; by it the link is judged. */
  now?(): number;
}

/**
 * Translates between a viewer that speaks RFB 3.8 (RFC 6143) and the screen of Intel AMT, which speaks a part of it:
 * 16 or 8 bits per pixel, Raw, a run-length encoding of its own, DesktopSize, no clipboard. Throws OpsErrors `rfb.…`,
 * `rfb.size-impossible` at once.
 */
export function createAmtTranslator(options: AmtTranslatorOptions): Translator {
  return new AmtTranslator(options);
}

class AmtTranslator implements Translator {
  readonly serverInit: Uint8Array;
  readonly #farSide: FarSide;
  readonly #toViewer = new ByteWriter();
  readonly #toFarSide = new ByteWriter();
  readonly #flow: RequestFlow;
  readonly #rectangles: RectangleTranslator;
  readonly #fromFarSide: PieceReader;
  readonly #fromViewer: PieceReader;
  /** What the session broke on; nothing is translated after it. */
  #fault: OpsError | null = null;

  constructor({ width, height, name, system = "rfb", now = () => performance.now() }: AmtTranslatorOptions) {
    this.#farSide = { name, system };
    if (!canBeShown({ width, height })) throw sizeImpossible(width, height).toOpsError(this.#farSide);
    this.serverInit = serverInit(width, height, name === amtName ? "AMT" : name);
    const wishes = new ViewerWishes();
    const toViewer = this.#toViewer;
    const flow = new RequestFlow({ width, height }, this.#toFarSide, now);
    const rectangles = new RectangleTranslator(wishes, toViewer);
    this.#flow = flow;
    this.#rectangles = rectangles;
    this.#fromFarSide = new PieceReader(readFarSide({ wishes, flow, rectangles, toViewer }));
    this.#fromViewer = new PieceReader(readViewer(wishes, flow, this.#toFarSide));
  }

  begin(): Uint8Array {
    this.#flow.begin();
    return this.#toFarSide.take()[0] ?? new Uint8Array();
  }

  fromFarSide(bytes: Uint8Array): Translated {
    return this.#translate(this.#fromFarSide, bytes);
  }

  fromViewer(bytes: Uint8Array): Translated {
    return this.#translate(this.#fromViewer, bytes);
  }

  unfinished(): Unfinished | null {
    if (!this.#flow.updating) return null;
    const { further } = this.#rectangles;
    return { missing: further === null ? null : this.#fromFarSide.missing + further };
  }

  #translate(reader: PieceReader, bytes: Uint8Array): Translated {
    if (this.#fault) throw this.#fault;
    try {
      reader.feed(bytes);
    } catch (thrown) {
      if (!(thrown instanceof DialectFault)) throw thrown;
      this.#fault = thrown.toOpsError(this.#farSide);
      throw this.#fault;
    }
    return { toViewer: this.#toViewer.take(), toFarSide: this.#toFarSide.take() };
  }
}

function serverInit(width: number, height: number, name: string): Uint8Array {
  const label = new TextEncoder().encode(name).subarray(0, 4096);
  const out = new ByteWriter();
  out.uint16(width);
  out.uint16(height);
  out.append(writePixelFormat(offeredFormat));
  out.int32(label.length);
  out.append(label);
  return out.take()[0] ?? new Uint8Array();
}
