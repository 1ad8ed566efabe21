import { type LocalText, text } from "../../../shared/text.ts";
import { quoteForShell, scriptEnd, scriptPreamble, wholeScript } from "../host-script.ts";
import type { Sections } from "../host-sections.ts";

const gzipMark = "1f8b";
/** `PGDMP`, at the beginning of PostgreSQL's custom format. */
const customMark = "5047444d50";
/** A length of nothing, which ends the data of the last table in it. */
const customEnd = "0000000000";

/**
 * A script that reads a file to its end: gzip checks its own sum (RFC 1952), `pg_restore` unpacks PostgreSQL's custom format
 * to nowhere; where there is no pg_restore, the first and last bytes tell.
 */
export function checkScript(mark: string, path: string): string {
  const file = quoteForShell(path);
  return wholeScript(`${scriptPreamble(mark)}
file=${file}
bytes() { od -An -v -tx1 | tr -d ' \\n'; }
first=$(head -c 5 "$file" 2>/dev/null | bytes)
begin first
printf '%s\\n' "$first"
finish 0
begin last
tail -c 5 "$file" 2>/dev/null | bytes
finish 0
case $first in
  ${gzipMark}*)
    said=$(gzip -t < "$file" 2>&1)
    status=$?
    begin gzip
    printf '%s\\n' "$said" | head -c 500
    finish "$status" ;;
  ${customMark}*)
    if has pg_restore; then
      said=$(pg_restore -f /dev/null "$file" 2>&1)
      status=$?
      begin pg_restore
      printf '%s\\n' "$said" | head -c 500
      finish "$status"
    fi ;;
esac
${scriptEnd}`);
}

/** What such a script found; `isReadable` null: it is of no format that is known, nothing is said. */
export function readCheck(
  sections: Sections,
  wanted: "gzip" | "pg-custom" | null,
): { isReadable: boolean | null; text: LocalText } {
  const body = (name: string) => sections.whole(name)?.body.trim() ?? "";
  const first = body("first");
  const format = first.startsWith(gzipMark) ? "gzip" : first.startsWith(customMark) ? "pg-custom" : null;
  if (first === "")
    return {
      isReadable: false,
      text: text("It is empty, or cannot be opened.", "Il est vide ou ne peut pas être ouvert."),
    };
  if (wanted !== null && format !== wanted) {
    return {
      isReadable: false,
      text: text(`It does not begin as ${wanted} does.`, `Il ne commence pas comme ${wanted}.`),
    };
  }
  if (format === null) {
    return {
      isReadable: null,
      text: text(
        "It is neither gzip nor PostgreSQL's custom format: whether it is whole cannot be told.",
        "Ce n'est ni du gzip ni le format « custom » de PostgreSQL : on ne peut pas dire s'il est complet.",
      ),
    };
  }
  const tool = format === "gzip" ? "gzip" : "pg_restore";
  const section = sections.whole(tool);
  if (!section) return byEnds(format, body("last"));
  if (section.status === 0) {
    return { isReadable: true, text: text(`${tool} read it to its end.`, `${tool} l'a lu jusqu'au bout.`) };
  }
  const said = section.body.trim().split("\n")[0]?.slice(0, 200) ?? "";
  return {
    isReadable: false,
    text: text(`${tool} cannot read it: ${said}`, `${tool} ne peut pas le lire : ${said}`),
  };
}

function byEnds(format: "gzip" | "pg-custom", last: string): { isReadable: boolean | null; text: LocalText } {
  if (format === "gzip") {
    return {
      isReadable: null,
      text: text("There is no gzip on the server to read it.", "Le serveur n'a pas gzip pour le lire."),
    };
  }
  const isWhole = last === customEnd;
  return {
    isReadable: isWhole,
    text: isWhole
      ? text("Its beginning and its end are as they must be.", "Son début et sa fin sont conformes.")
      : text("It begins well, but breaks off.", "Son début est bon, mais il est tronqué."),
  };
}
