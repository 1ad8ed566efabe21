import { memo, useMemo } from "react";
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
  const moreWords = useMoreWords();
  const linked = useMemo(() => linkWords(drawn), [linkWords, drawn]);
  const words = ({ id, more }: Thing) => {
    const left = more.length > 0 ? [`+ ${moreWords(more).join(", ")}`] : [];
    return [...(linked.get(id) ?? []), ...left, ...(gone.has(id) ? [t("gone")] : [])].join(" · ");
  };
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
                  words={words(thing)}
                  isCentre={thing.id === drawn.around}
                />
              ))}
            </ul>
          </section>
        );
      })}
    </nav>
  );
}

const Line = memo(function Line({
  thing,
  site,
  words,
  isCentre,
}: {
  thing: Thing;
  site: string;
  /** What it is linked to, and what is left out behind it. */
  words: string;
  isCentre: boolean;
}) {
  return (
    <li>
      <KindIcon kind={thing.kind} />{" "}
      <a href={placeOfTopology(site, thing.id)} aria-current={isCentre ? "true" : undefined}>
        {thing.name}
      </a>{" "}
      {thing.health && <HealthLabel health={thing.health} quiet />} {thing.stale && <StaleMark />}
      {words !== "" && <span className="quiet topology-words">{words}</span>}
    </li>
  );
});
