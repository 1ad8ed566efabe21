import { open } from "node:fs/promises";
import { OpsError } from "../../../shared/errors.ts";
import { type EstateCopy, estateCopySchema } from "../../../shared/estate-copy.ts";
import { text } from "../../../shared/text.ts";

/** A copy is no larger than this, in bytes. */
const largest = 64 * 2 ** 20;

/** Reads the copy of an estate from its file. Throws OpsError `lab.wrong-copy` when it is none, or cannot be read. */
export async function readCopy(path: string): Promise<EstateCopy> {
  try {
    const file = await open(path, "r");
    try {
      const { size } = await file.stat();
      if (size > largest) throw new RangeError("it is too large");
      return estateCopySchema.parse(JSON.parse(await file.readFile("utf8")));
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw new OpsError({
      code: "lab.wrong-copy",
      system: "lab",
      message: text(
        `The file ${path.slice(0, 200)} could not be read as the copy of an estate.`,
        `Le fichier ${path.slice(0, 200)} n'a pas pu être lu comme la copie d'un parc.`,
      ),
      hint: text(
        "Make one with `passerelle drill copy --estate FILE --out COPY`, with the same version.",
        "Faites-en une avec `passerelle drill copy --estate FICHIER --out COPIE`, avec la même version.",
      ),
      cause,
    });
  }
}
