import { minuteInWords } from "../../../../shared/amount-words.ts";
import type { FactValue, Health, Problem } from "../../../../shared/resource.ts";
import { text } from "../../../../shared/text.ts";
import { isCovered, readRange } from "../../../reach/ranges.ts";
import type { VantagePoint } from "../../../reach/vantage.ts";
import { healthOf } from "../../declared-book.ts";
import { isLetIn, type ReadEntry, type Reading, staysIn } from "./entries.ts";
import { admitted, shortWords } from "./lock-out.ts";

/** What a list is judged by besides itself. */
export interface SeenList {
  id: string;
  name: string;
  service: string;
  /** The ranges that the estate declares for it, as CIDR. */
  declared: readonly string[];
  points: readonly VantagePoint[];
}

interface Seen {
  health: Health;
  facts: Record<string, FactValue>;
  problems: Problem[];
}

/** A list as it is shown: what is missing in it, and whether it is heeded at all. */
export function listSeen(list: SeenList, { policy, entries }: Reading): Seen {
  const missing = list.declared.filter((range) => !isLetIn(range, entries));
  const networks = entries.filter(staysIn).map(({ network }) => network);
  const { shut } = admitted(list.points, networks);
  const problems: Problem[] = [];
  if (policy === "open") problems.push({ code: "ovh.list-open", health: "warning", text: open });
  if (missing.length > 0) {
    const ranges = missing.join(", ");
    const words = text(
      `The estate declares ${ranges}, and no lasting entry lets that in.`,
      `Le parc déclare ${ranges}, qu'aucune entrée durable ne laisse passer.`,
    );
    problems.push({ code: "ovh.list-missing", health: "warning", text: words });
  }
  return {
    health: healthOf(problems),
    problems,
    facts: {
      "allowlist.part": "list",
      "allowlist.service": list.service,
      "allowlist.policy": policy,
      "allowlist.entries": networks.length,
      "allowlist.missing": missing,
      "allowlist.shut": shut.map(shortWords),
    },
  };
}

/** An entry as it is shown: whom it lets in, until when, and whether the estate knows of it. */
export function entrySeen(list: SeenList, reading: Reading, entry: ReadEntry): Seen {
  const { network, state, note, by, ends, networkAccessId } = entry;
  const isDue = ends !== null && ends <= reading.at;
  const declared = declaredOf(entry, list.declared);
  const twin = reading.entries.some(
    (each) => each.network === network && each.networkAccessId < networkAccessId && staysIn(each),
  );
  const problems: Problem[] = [];
  if (isDue && staysIn(entry)) {
    const at = minuteInWords(ends);
    const words = text(
      `Its end came at ${at}, and it is still let in.`,
      `Son échéance était le ${at}, et il est toujours autorisé.`,
    );
    problems.push({ code: "ovh.entry-overdue", health: "warning", text: words });
  }
  if (declared === "undeclared")
    problems.push({ code: "ovh.entry-undeclared", health: "warning", text: undeclared });
  if (twin) problems.push({ code: "ovh.entry-twice", health: "warning", text: twice });
  return {
    health: healthOf(problems),
    problems,
    facts: {
      "allowlist.part": "entry",
      "allowlist.list": list.name,
      "allowlist.network": network,
      "allowlist.state": state,
      ...(note !== "" && { "allowlist.note": note }),
      // What nobody has said is left out: it is not something that is still to be found out.
      ...(by !== null && { "allowlist.by": by }),
      ...(ends !== null && { "allowlist.ends": ends, "allowlist.isDue": isDue }),
      "allowlist.declared": declared,
      "allowlist.letsIn": admitted(list.points, [network]).letIn.map(shortWords),
    },
  };
}

/** How the estate knows of an entry. */
function declaredOf({ network, ends }: ReadEntry, declared: readonly string[]): string {
  if (ends !== null) return "temporary";
  if (declared.length === 0) return "unknown";
  const range = readRange(network);
  return range &&
    isCovered(
      range,
      declared.flatMap((words) => readRange(words) ?? []),
    )
    ? "declared"
    : "undeclared";
}

const open = text(
  "The service lets in everybody: its list is not heeded.",
  "Le service laisse entrer tout le monde : sa liste n'est pas appliquée.",
);
const undeclared = text(
  "The estate does not declare it, and it has no end.",
  "Le parc ne le déclare pas, et il n'a pas d'échéance.",
);
const twice = text("The list has it twice.", "La liste le contient deux fois.");
