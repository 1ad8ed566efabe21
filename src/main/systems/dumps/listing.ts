import { quoteForShell, scriptEnd, scriptPreamble, wholeScript } from "../host-script.ts";
import type { Sections } from "../host-sections.ts";

/** A file as a server shows it; times in epoch milliseconds. */
export interface DumpFile {
  name: string;
  size: number;
  modifiedAt: number;
  /** When it was begun, where the file system tells. */
  bornAt: number | null;
}

/** What a server says of the files of one set. */
export type Listing =
  | { state: "listed"; files: DumpFile[]; freeBytes: number | null }
  | { state: "missing" | "unreadable" | "unsaid" };

/** Files of a set that are looked at, the newest first. */
const mostFiles = 1000;
const mostBytes = 256 * 1024;

/** A script that lists the files of sets, each in sections of its name. */
export function listingScript(
  mark: string,
  sets: readonly { id: string; directory: string; pattern: string }[],
): string {
  const parts = sets.map(({ id, directory, pattern }) => {
    const place = quoteForShell(directory.replace(/\/+$/, "") || "/");
    return `
begin ${quoteForShell(`files ${id}`)}
if [ ! -d ${place} ]; then echo missing
elif [ ! -r ${place} ] || [ ! -x ${place} ]; then echo unreadable
else
  echo listed
  set -- ${place}/${pattern}
  if [ -e "$1" ]; then stat -c '%Y %W %s %n' "$@" 2>/dev/null | sort -rn | head -n ${mostFiles} | head -c ${mostBytes}; fi
fi
finish 0
run ${quoteForShell(`free ${id}`)} 4096 df -Pk ${place}`.trim();
  });
  return wholeScript([scriptPreamble(mark), ...parts, scriptEnd].join("\n"));
}

/** Reads what such a script answered about one set. */
export function listingOf(sections: Sections, id: string): Listing {
  const at = (name: string) =>
    sections.all.find((each) => each.name === name && each.detail === id && each.status !== null);
  const [state, ...lines] = (at("files")?.body ?? "").split("\n").filter((line) => line !== "");
  if (state === "missing" || state === "unreadable") return { state };
  if (state !== "listed") return { state: "unsaid" };
  return {
    state,
    files: lines.flatMap((line) => readFile(line) ?? []),
    freeBytes: readFree(at("free")?.body ?? ""),
  };
}

function readFile(line: string): DumpFile | null {
  const [, modified, born, size, path] = /^(\d{1,11}) (\d{1,11}|-|\?) (\d{1,15}) (.+)$/.exec(line) ?? [];
  const name = path?.slice(path.lastIndexOf("/") + 1);
  if (name === undefined || name === "" || name.length > 255) return null;
  const bornAt = Number(born) * 1000;
  return {
    name,
    size: Number(size),
    modifiedAt: Number(modified) * 1000,
    bornAt: bornAt > 0 ? bornAt : null,
  };
}

/** The fourth column of df(1) with `-P`, in KiB. */
function readFree(body: string): number | null {
  const kilobytes = /\s(\d{1,15})\s+\d{1,3}%\s/.exec(body.trim().split("\n").at(-1) ?? "")?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}
