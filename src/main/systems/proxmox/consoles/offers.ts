import type { OpsError } from "../../../../shared/errors.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { SystemConsole } from "../../system.ts";
import { missing, rightsOn } from "../actions/guest.ts";
import type { Known, KnownGuest, KnownNode } from "../known.ts";
import { tokenWithoutTerminal, withoutSerialPort } from "./faults.ts";

/** What a console is opened on. */
export type ConsoleOf = { guest: KnownGuest; node?: undefined } | { node: KnownNode; guest?: undefined };

export interface OfferParts {
  /** The cluster's name. */
  cluster: string;
  known: Known;
  /** Who is logged in, for what is said of rights. */
  user: string;
  /** Whether the log-in is an API token. */
  isToken: boolean;
  /** Why nothing can be asked for now; null when it can. */
  trouble(): LocalText | null;
}

/** The first version in which an API token opens terminals. */
const tokenTerminals = 9;

const off = text(
  "It is off; it has a console only while it runs.",
  "Éteinte : elle n'a de console qu'en marche.",
);
const unknown = text(
  "Proxmox VE does not know whether it runs.",
  "Proxmox VE ne sait pas si elle fonctionne.",
);
const nodeAway = text(
  "The node is not in the cluster now.",
  "Le nœud n'est pas dans la grappe actuellement.",
);

/** What a resource is, if it can have a console; null for everything else, templates too. */
export function consoleOf(known: Known, resource: string): ConsoleOf | null {
  const guest = known.guest(resource);
  if (guest) return guest.template ? null : { guest };
  const node = known.node(resource);
  return node ? { node } : null;
}

/**
 * The consoles of a resource, and why one cannot be opened now: the screen and the serial port of a VM, the
 * terminal of a container or node.
 */
export function offersOf(parts: OfferParts, resource: string): readonly SystemConsole[] {
  const { known } = parts;
  const of = consoleOf(known, resource);
  if (!of) return [];
  const trouble = of.guest ? guestTrouble(known, of.guest) : nodeTrouble(of.node);
  const general = parts.trouble() ?? trouble ?? rightTrouble(parts, of);
  const terminal = general ?? terminalTrouble(parts);
  if (!of.guest || of.guest.kind === "lxc") return [{ kind: "shell", unavailable: terminal }];
  const hasPort = known.serialPorts(of.guest.id).length > 0;
  return [
    { kind: "serial", unavailable: hasPort ? terminal : advised(withoutSerialPort(of.guest.name)) },
    { kind: "screen", unavailable: general },
  ];
}

/** Why this log-in opens no terminal at all; null when it does. */
export function terminalTrouble({ cluster, known, isToken }: OfferParts): LocalText | null {
  const { major } = known;
  if (!isToken || major === null || major >= tokenTerminals) return null;
  return advised(tokenWithoutTerminal(cluster, major));
}

/** The privilege that every console of it takes, where the log-in is known not to have it. */
function rightTrouble(parts: OfferParts, { guest, node }: ConsoleOf): LocalText | null {
  return missing(
    guest
      ? rightsOn(parts, `/vms/${guest.id}`, ["VM.Console"])
      : rightsOn(parts, `/nodes/${node.name}`, ["Sys.Console"]),
  );
}

function guestTrouble(known: Known, { node, status }: KnownGuest): LocalText | null {
  if (known.nodeNamed(node)?.online === false) return nodeAway;
  if (status === "stopped") return off;
  return status === "unknown" ? unknown : null;
}

function nodeTrouble({ online }: KnownNode): LocalText | null {
  return online ? null : nodeAway;
}

/** What is in the way, and what can be done about it. */
function advised({ text: why, hint }: OpsError): LocalText {
  return text(`${why.en} ${hint.en}`, `${why.fr} ${hint.fr}`);
}
