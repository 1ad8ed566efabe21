import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Thing } from "../../../shared/topology.ts";
import { placeOfTopology } from "../../state/topology-place.ts";
import { HealthLabel, StaleMark } from "../../widgets/HealthLabel.tsx";
import type { Held } from "./held-picture.ts";
import { KindIcon } from "./KindIcon.tsx";
import { layerOf, layers } from "./layout.ts";
import { useLinkWords, useMoreWords } from "./words.ts";

/** What the picture shows as a list, for those who do not see it and for narrow windows. */
export function Outline({ held: { drawn, gone } }: { held: Held }) {
  const { t } = useTranslation("topology");
  const linkWords = useLinkWords();
  const linked = useMemo(() => linkWords(drawn), [linkWords, drawn]);
  const byLayer = Map.groupBy(drawn.things, ({ kind }) => layerOf(kind));
  return (
    <nav className="topology-outline" aria-label={t("outline")}>
      {layers.map((layer) => {
        const things = byLayer.get(layer);
        if (!things) return null;
        return (
          <section key={layer} aria-labelledby={`topology-${layer}`}>
            <h3 id={`topology-${layer}`}>
              {t(`layer.${layer}`)} <span className="quiet figure">{things.length}</span>
            </h3>
            <ul>
              {things.map((thing) => (
                <Line
                  key={thing.id}
                  thing={thing}
                  site={drawn.site}
                  links={linked.get(thing.id)}
                  isCentre={thing.id === drawn.around}
                  isGone={gone.has(thing.id)}
                />
              ))}
            </ul>
          </section>
        );
      })}
    </nav>
  );
}

function Line({
  thing,
  site,
  links = [],
  isCentre,
  isGone,
}: {
  thing: Thing;
  site: string;
  links: readonly string[] | undefined;
  isCentre: boolean;
  isGone: boolean;
}) {
  const { t } = useTranslation("topology");
  const moreWords = useMoreWords();
  const words = [...links, ...moreWords(thing.more), ...(isGone ? [t("gone")] : [])];
  return (
    <li>
      <KindIcon kind={thing.kind} />{" "}
      <a href={placeOfTopology(site, thing.id)} aria-current={isCentre ? "true" : undefined}>
        {thing.name}
      </a>{" "}
      {thing.health && <HealthLabel health={thing.health} quiet />} {thing.stale && <StaleMark />}
      {words.length > 0 && <span className="quiet topology-words">{words.join(" · ")}</span>}
    </li>
  );
}
