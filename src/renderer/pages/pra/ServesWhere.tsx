import { Button } from "@patternfly/react-core";
import { useTranslation } from "react-i18next";
import type { PraView } from "../../../shared/pra.ts";
import { useLocalText } from "../../i18n/index.ts";
import { placeTo } from "../../state/router.ts";
import { Toned } from "./labels.tsx";
import { sideTone } from "./reading.ts";

type Sites = Pick<PraView, "production" | "recovery" | "side" | "applications" | "splitBrain">;

/** Where production is now, in words, and which applications serve at which site. */
export function ServesWhere({ view }: { view: Sites }) {
  const { t } = useTranslation("pra");
  const local = useLocalText();
  const { side, production, recovery, applications } = view;
  const names = (...sides: string[]) =>
    applications
      .filter((each) => sides.includes(each.side))
      .map(({ title }) => local(title))
      .join(", ");
  const mixed = side === "both-in-part" || side === "split-brain" || side === "unknown";
  const lines = [
    { site: production, names: names("production", "both-in-part", "split-brain") },
    { site: recovery, names: names("recovery", "both-in-part", "split-brain") },
  ];
  const split = side === "split-brain";
  return (
    <section
      className={`panel pra-side pra-side-${side}`}
      aria-labelledby="pra-side"
      {...(split && { role: "alert" })}
    >
      <h2 id="pra-side">
        <Toned tone={sideTone(side)} words={t(`side.${side}`, { production, recovery })} />
      </h2>
      <p>{t(`sideHint.${side}`)}</p>
      {mixed && (
        <ul>
          {lines.map(
            (line) =>
              line.names !== "" && (
                <li key={line.site}>{t("servesAt", { site: line.site, names: line.names })}</li>
              ),
          )}
        </ul>
      )}
      {split && view.splitBrain !== undefined && (
        <Button variant="danger" component="a" href={placeTo("procedures", view.splitBrain)}>
          {t("endSplitBrain")}
        </Button>
      )}
    </section>
  );
}
