import { createRequire } from "node:module";

/**
 * The faces of a PDF report, each a file that is cut down to the characters in use when it is put into the document.
 * They have the letters of every Latin, Greek and Cyrillic script, arrows and signs, which a PDF reader's own have not.
 */
export const faces = {
  plain: "dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf",
  bold: "dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf",
  code: "dejavu-fonts-ttf/ttf/DejaVuSansMono.ttf",
} as const;
export type Face = keyof typeof faces;

/** The path of a face's file. */
export function fontFile(face: Face): string {
  return createRequire(import.meta.url).resolve(faces[face]);
}
