import { useTranslation } from "react-i18next";
import type { Thing } from "../../../shared/topology.ts";
import { placeOfComparison } from "../../state/compare-place.ts";
import { placeTo } from "../../state/router.ts";
import { HealthLabel, StaleMark } from "../../widgets/HealthLabel.tsx";
import { hasPage, useKindWords, useMoreWords } from "./words.ts";

/** What the picture is around: its health, its page, and under which other names its machine is known. */
export function Centre({ thing }: { thing: Thing }) {
  const { t } = useTranslation("topology");
  const kindWords = useKindWords();
  const moreWords = useMoreWords();
  const more = moreWords(thing.more);
  return (
    <section className="panel topology-centre" aria-labelledby="topology-centre">
      <h2 id="topology-centre">{thing.name}</h2>
      <p>
        {thing.health && <HealthLabel health={thing.health} />} {thing.stale && <StaleMark />}{" "}
        <span className="quiet">
          {kindWords(thing.kind)}
          {!hasPage(thing) && ` · ${t("onlyNamed")}`}
        </span>
      </p>
      {more.length > 0 && <p>{t("notDrawn", { words: more.join(", ") })}</p>}
      {hasPage(thing) && (
        <p>
          <a href={placeTo("resource", thing.resource)}>{t("toPage", { name: thing.name })}</a>
        </p>
      )}
      {thing.also.length > 0 && (
        <>
          <h3>{t("also")}</h3>
          <ul className="topology-also">
            {thing.also.map((each) => (
              <li key={each.resource}>
                <HealthLabel health={each.health} quiet />{" "}
                <a href={placeTo("resource", each.resource)}>{each.name}</a>{" "}
                <span className="quiet">
                  {kindWords(each.kind)} · {each.system}
                  {each.byName && ` · ${t("byName")}`}
                </span>{" "}
                {each.stale && <StaleMark />}
              </li>
            ))}
          </ul>
          {hasPage(thing) && thing.also.length < 4 && (
            <p>
              <a href={placeOfComparison([thing.resource, ...thing.also.map(({ resource }) => resource)])}>
                {t("compareNames")}
              </a>
            </p>
          )}
        </>
      )}
    </section>
  );
}
