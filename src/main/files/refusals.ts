import { basename } from "node:path";
import { OpsError } from "../../shared/errors.ts";
import { type LocalText, text } from "../../shared/text.ts";

/** What stands where a file or a folder of ours should be. */
export type Planted =
  | "link"
  | "several-names"
  | "not-a-file"
  | "not-a-folder"
  | "other-owner"
  | "open-folder";

const isWhat: Record<Planted, (name: string) => LocalText> = {
  link: (name) => text(`${name} is a link that leads elsewhere`, `${name} est un lien qui mène ailleurs`),
  "several-names": (name) =>
    text(
      `${name} is known by another name too (a hard link)`,
      `${name} porte aussi un autre nom (lien physique)`,
    ),
  "not-a-file": (name) => text(`${name} is not a regular file`, `${name} n'est pas un fichier ordinaire`),
  "not-a-folder": (name) => text(`${name} is not a folder`, `${name} n'est pas un dossier`),
  "other-owner": (name) => text(`${name} belongs to someone else`, `${name} appartient à quelqu'un d'autre`),
  "open-folder": (name) =>
    text(`others may write in the folder ${name}`, `d'autres peuvent écrire dans le dossier ${name}`),
};

/**
 * Says that something stands where a file of the console should be, so that nothing was read there or written: OpsError
 * `files.foreign`. The path is not shown, for names of folders say whose they are.
 */
export function foreign(path: string, planted: Planted): OpsError {
  const is = isWhat[planted](basename(path));
  return new OpsError({
    code: "files.foreign",
    system: "console",
    message: text(
      `A file was neither read nor written: ${is.en}.`,
      `Un fichier n'a été ni lu ni écrit : ${is.fr}.`,
    ),
    hint:
      planted === "open-folder"
        ? text(
            "Look at what the folder holds, then close it to others (chmod 700).",
            "Regardez ce que contient le dossier, puis fermez-le aux autres (chmod 700).",
          )
        : text(
            "Look at who put it there, move it away or name another place, then try again.",
            "Voyez qui l'a mis là, déplacez-le ou indiquez un autre endroit, puis recommencez.",
          ),
  });
}
