import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { LeftOut, Link, Thing, ThingKind, Topology } from "../../../shared/topology.ts";

/** What a kind is called here: a hypervisor's volume is a storage. */
export function useKindWords(): (kind: ThingKind) => string {
  const { t } = useTranslation(["topology", "common"]);
  return useCallback(
    (kind: ThingKind) =>
      kind === "network" || kind === "volume" ? t(`topology:kind.${kind}`) : t(`common:kinds.${kind}`),
    [t],
  );
}

/** What is left out behind something: "48 VMs, 2 not well". */
export function useMoreWords(): (more: readonly LeftOut[]) => string[] {
  const { t } = useTranslation("topology");
  return useCallback(
    (more: readonly LeftOut[]) =>
      more.flatMap(({ kind, total, wrong }) => {
        if (!isCounted(kind)) return [];
        const words = t(`more.${kind}`, { count: total });
        return [wrong === 0 ? words : t("moreWrong", { words, count: wrong })];
      }),
    [t],
  );
}

/** What is said of a thing below its name: what is left out behind it, or else its kind. */
export function useThingWords(): (thing: Thing) => string {
  const kindWords = useKindWords();
  const moreWords = useMoreWords();
  return useCallback(
    ({ kind, more }: Thing) => (more.length > 0 ? `+ ${moreWords(more).join(", ")}` : kindWords(kind)),
    [kindWords, moreWords],
  );
}

type Counted = "cluster" | "host" | "node" | "vm" | "volume";

function isCounted(kind: ThingKind): kind is Counted {
  return ["cluster", "host", "node", "vm", "volume"].includes(kind);
}

/** How many names are told in a row. */
const mostNames = 4;

/** What each thing is linked to, in words, by its identifier: "in prod", "stored on ds-1 and ds-2". */
export function useLinkWords(): (topology: Topology) => ReadonlyMap<string, string[]> {
  const { t } = useTranslation("topology");
  return useCallback(
    ({ things, links }: Topology) => {
      const names = new Map(things.map(({ id, name }) => [id, name]));
      const own = Map.groupBy(links, ({ from }) => from);
      return new Map(
        [...own].map(([id, those]) => [
          id,
          [...Map.groupBy(those, ({ as }) => as)].map(([as, some]) => linkWords(t, as, some, names)),
        ]),
      );
    },
    [t],
  );
}

function linkWords(
  t: ReturnType<typeof useTranslation<"topology">>["t"],
  as: Link["as"],
  links: readonly Link[],
  names: ReadonlyMap<string, string>,
): string {
  const told = links.slice(0, mostNames).map(({ to }) => names.get(to) ?? to);
  const rest = links.length - told.length;
  const list = told.join(", ");
  return t(`link.${as}`, { names: rest > 0 ? t("andMore", { names: list, count: rest }) : list });
}

/** A thing that the console has a page of. */
export function hasPage(thing: Thing): thing is Thing & { resource: string } {
  return thing.resource !== null;
}
