import { fileURLToPath } from "node:url";

/**
 * The faces of a PDF report, each a file that is cut down to the characters in use when it is put into the document.
 * They have the letters of every Latin, Greek and Cyrillic script, arrows and signs, which a PDF reader's own have not.
 */
export function fontFiles() {
  return {
    plain: fileURLToPath(import.meta.resolve("dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf")),
    bold: fileURLToPath(import.meta.resolve("dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf")),
    code: fileURLToPath(import.meta.resolve("dejavu-fonts-ttf/ttf/DejaVuSansMono.ttf")),
  };
}
