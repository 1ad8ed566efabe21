/** What the far side told of its screen in ServerInit (RFC 6143, 7.3.2). */
export interface ServerInit {
  /** Pixels, 1 to 16,384 each. */
  width: number;
  height: number;
  /** The 16 bytes of PIXEL_FORMAT (RFC 6143, 7.4) as they came. */
  pixelFormat: Uint8Array;
  /** Printable, at most 4 KiB of UTF-8 on the wire. */
  name: string;
}

/** What is to be passed on in each direction; the order within a direction counts. */
export interface Translated {
  toViewer: Uint8Array[];
  toFarSide: Uint8Array[];
}

/** A picture that is not whole: bytes that its rectangle lacks, null while its length is not known. */
export interface Unfinished {
  missing: number | null;
}

/**
 * Stands between a far side that speaks a dialect and a viewer that speaks RFB 3.8, once both are logged in. Bytes come
 * in any pieces; what is not whole yet is kept, within bounds. Throws OpsErrors `rfb.…` for broken data; the session
 * ends then. A piece belongs to the translator once handed over, and to its taker once given back: neither side writes
 * into it afterwards.
 */
export interface Translator {
  /** What the far side must be told first, right after its ServerInit; may be empty. Called once. */
  begin(): Uint8Array;
  /** The whole ServerInit message that the viewer gets in place of the far side's. */
  readonly serverInit: Uint8Array;
  /** Takes what the far side sent after its ServerInit. */
  fromFarSide(bytes: Uint8Array): Translated;
  /** Takes what the viewer sent after its ClientInit. */
  fromViewer(bytes: Uint8Array): Translated;
  /** Null between two pictures; in the middle of one, what the rectangle under way still lacks. */
  unfinished(): Unfinished | null;
}

/** Makes the translator that a far side needs, by what it told of itself; null when it speaks as the standard says. */
export type ChooseTranslator = (init: ServerInit) => Translator | null;
