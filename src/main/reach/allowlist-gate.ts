import { type LocalText, text } from "../../shared/text.ts";
import { insideRanges, normalAddress } from "./allowlist.ts";
import { type Connection, firstOf } from "./connection.ts";
import { reachFault, unreachable } from "./faults.ts";
import { type Place, placeLabel } from "./place.ts";
import type { SourceAddressOf } from "./route.ts";
import { addressesOf } from "./tcp.ts";

/** Whether this workstation is where a target's allowlist wants it, with the address and ranges judged by. */
export interface AllowlistVerdict {
  state: "inside" | "outside" | "unknown";
  address: string | null;
  ranges: readonly string[];
  text: LocalText;
}

/** A place that may have to be reached from certain ranges only. */
type GuardedPlace = Place & { allowlist: string | null };

/**
 * Sees to it that no credential leaves from outside a target's allowlist: on the way to a first hop by the
 * address that this workstation would use, behind it also by the address that the first hop saw us come from.
 */
export class AllowlistGate {
  readonly #allowlists: () => Readonly<Record<string, readonly string[]>>;
  readonly #sourceAddressOf: SourceAddressOf;
  readonly #addressesOf: typeof addressesOf;

  constructor(parts: {
    allowlists(): Readonly<Record<string, readonly string[]>>;
    sourceAddressOf: SourceAddressOf;
    /** How names are resolved where their last answer may serve; as the workstation does when left out. */
    addressesOf?: typeof addressesOf;
  }) {
    this.#allowlists = parts.allowlists;
    this.#sourceAddressOf = parts.sourceAddressOf;
    this.#addressesOf = parts.addressesOf ?? addressesOf;
  }

  /** Whether any range is declared at all, so that it is worth asking hops where they see us come from. */
  get inUse(): boolean {
    return Object.keys(this.#allowlists()).length > 0;
  }

  /**
   * The addresses of a direct target that this workstation would reach from inside the ranges; null when the
   * target has no allowlist. Throws `reach.outside-allowlist`, `reach.allowlist-unknown`, `reach.unreachable`.
   */
  async addresses(
    target: GuardedPlace,
    signal: AbortSignal,
    lastNameServes = true,
  ): Promise<string[] | null> {
    const ranges = this.#ranges(target);
    if (!ranges) return null;
    const inside: string[] = [];
    let outside: string | null = null;
    const resolve = lastNameServes ? this.#addressesOf : addressesOf;
    for (const address of await resolve(target, signal)) {
      const source = await this.#sourceAddressOf(address, signal);
      if (source !== null && insideRanges(source, ranges)) inside.push(address);
      else outside ??= source;
    }
    if (inside.length > 0) return inside;
    throw outside === null ? unreachable(target) : outsideAllowlist(target, outside, ranges);
  }

  /** Judges the address that an open direct connection really uses. Throws `reach.outside-allowlist`. */
  checkLocal(target: GuardedPlace, localAddress: string | undefined): void {
    const ranges = this.#ranges(target);
    if (!ranges) return;
    const address = normalAddress(localAddress ?? "");
    if (address === null) throw unreachable(target);
    if (!insideRanges(address, ranges)) throw outsideAllowlist(target, address, ranges);
  }

  /**
   * Judges a target behind `hop`: by our address on the connection to the first hop, and by the one that this
   * first hop saw. Throws `reach.outside-allowlist` or `reach.origin-unknown`.
   */
  checkBehind(target: GuardedPlace, hop: Connection): void {
    const ranges = this.#ranges(target);
    if (!ranges) return;
    const first = firstOf(hop);
    this.checkLocal(target, first.localAddress ?? undefined);
    if (first.origin === null) throw originUnknown(target, first.target, ranges);
    if (!insideRanges(first.origin, ranges)) {
      throw outsideAllowlist(target, first.origin, ranges, first.target);
    }
  }

  /** What is known now, without connecting: `first` is the first hop or the target itself. */
  async look(
    target: GuardedPlace,
    first: GuardedPlace,
    origin: string | null,
    signal: AbortSignal,
  ): Promise<AllowlistVerdict> {
    const ranges = this.#ranges(target);
    if (!ranges) return noAllowlist;
    const [destination] = await this.#addressesOf(first, signal).catch(() => []);
    const source = destination === undefined ? null : await this.#sourceAddressOf(destination, signal);
    const behind = first.id !== target.id;
    if (source !== null && !insideRanges(source, ranges)) return verdict("outside", source, ranges);
    if (origin !== null && behind && !insideRanges(origin, ranges)) return verdict("outside", origin, ranges);
    if (source === null || (behind && origin === null)) return verdict("unknown", source, ranges);
    return verdict("inside", behind ? origin : source, ranges);
  }

  #ranges(target: GuardedPlace): readonly string[] | null {
    if (target.allowlist === null) return null;
    const ranges = this.#allowlists()[target.allowlist];
    if (!ranges) throw allowlistUnknown(target, target.allowlist);
    return ranges;
  }
}

const noAllowlist: AllowlistVerdict = {
  state: "unknown",
  address: null,
  ranges: [],
  text: text(
    "No allowlist is declared for it.",
    "Aucune liste d'adresses autorisées n'est déclarée pour lui.",
  ),
};

function verdict(
  state: AllowlistVerdict["state"],
  address: string | null,
  ranges: readonly string[],
): AllowlistVerdict {
  const list = ranges.join(", ");
  const words = {
    inside: text(
      `This workstation is inside the allowlist: ${address} is in ${list}.`,
      `Ce poste est dans la liste autorisée : ${address} est dans ${list}.`,
    ),
    outside: text(
      `This workstation is outside the allowlist: ${address} is not in ${list}.`,
      `Ce poste est hors de la liste autorisée : ${address} n'est pas dans ${list}.`,
    ),
    unknown: text(
      `It is not known yet whether this workstation is inside the allowlist (${list}).`,
      `On ne sait pas encore si ce poste est dans la liste autorisée (${list}).`,
    ),
  };
  return { state, address, ranges, text: words[state] };
}

function outsideAllowlist(
  target: GuardedPlace,
  address: string,
  ranges: readonly string[],
  seenBy: Place | null = null,
) {
  const list = ranges.join(", ");
  return reachFault(
    "outside-allowlist",
    seenBy
      ? text(
          `${placeLabel(target)} may be reached from ${list} only, and ${placeLabel(seenBy)} sees this workstation as ${address}.`,
          `${placeLabel(target)} n'est accessible que depuis ${list}, et ${placeLabel(seenBy)} voit ce poste comme ${address}.`,
        )
      : text(
          `${placeLabel(target)} may be reached from ${list} only, and this workstation would use ${address}.`,
          `${placeLabel(target)} n'est accessible que depuis ${list}, et ce poste utiliserait ${address}.`,
        ),
    text(
      "No credential was sent; join the right network or VPN, or correct the allowlist in the estate file.",
      "Aucun identifiant n'a été envoyé ; rejoignez le bon réseau ou VPN, ou corrigez la liste dans le fichier de parc.",
    ),
  );
}

function originUnknown(target: GuardedPlace, hop: GuardedPlace, ranges: readonly string[]) {
  return reachFault(
    "origin-unknown",
    text(
      `${placeLabel(target)} may be reached from ${ranges.join(", ")} only, and ${placeLabel(hop)} does not tell from where it sees this workstation.`,
      `${placeLabel(target)} n'est accessible que depuis ${ranges.join(", ")}, et ${placeLabel(hop)} n'indique pas d'où il voit ce poste.`,
    ),
    text(
      "No credential was sent; let the account on the hop run `echo $SSH_CONNECTION`, or take the allowlist off this target.",
      "Aucun identifiant n'a été envoyé ; permettez au compte du rebond d'exécuter « echo $SSH_CONNECTION », ou retirez la liste de cette cible.",
    ),
  );
}

function allowlistUnknown(target: GuardedPlace, name: string) {
  return reachFault(
    "allowlist-unknown",
    text(
      `${placeLabel(target)} names the allowlist ${name}, which the estate file does not declare.`,
      `${placeLabel(target)} nomme la liste autorisée ${name}, que le fichier de parc ne déclare pas.`,
    ),
    text(
      "Declare it under `reach.allowlists` in the estate file.",
      "Déclarez-la sous « reach.allowlists » dans le fichier de parc.",
    ),
  );
}
