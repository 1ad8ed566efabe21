/** Encodings of RFC 6143, 7.7 and 7.8, as far as AMT or the viewer is offered them. */
export const raw = 0;
/** ZRLE to the viewer; AMT's own run-length encoding has the same number and nearly the same shape. */
export const runLength = 16;
export const desktopSize = -223;
