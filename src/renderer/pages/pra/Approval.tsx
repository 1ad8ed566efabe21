import { useTranslation } from "react-i18next";
import type { PraRunView } from "../../../shared/pra.ts";
import type { RunFrame } from "../../../shared/procedure-calls.ts";
import { useLanguage, useLocalText } from "../../i18n/index.ts";
import { formatDuration, formatMoment } from "../../widgets/format.ts";
import { Decision } from "../procedures/Decision.tsx";
import type { Standing } from "../procedures/reading.ts";
import { SideLabel, Toned } from "./labels.tsx";
import { toneOf, worstFirst } from "./reading.ts";
import { ShownChecks } from "./ShownChecks.tsx";
import { sitesOf, wantedOf } from "./sites-of.ts";

/** A gate that waits: what it is decided upon, as the gate names it, and the approval itself. */
export function Approval({
  standing,
  frame,
  view,
}: {
  standing: Standing;
  frame: RunFrame;
  view: PraRunView;
}) {
  const { node } = standing;
  const shows = node.kind === "gate" ? (node.gate.shows ?? []) : [];
  return (
    <>
      {shows.includes("data-loss") && <Losses view={view} />}
      {shows.includes("services") && <Serving view={view} />}
      {view.gate?.node === node.id && <ShownChecks gate={view.gate} />}
      <Decision standing={standing} frame={frame} titled={false} />
    </>
  );
}

/** What each application would lose by going on, the worst first. */
function Losses({ view }: { view: PraRunView }) {
  const { t } = useTranslation("pra");
  const local = useLocalText();
  const language = useLanguage();
  return (
    <>
      <h3>{t("approval.loss")}</h3>
      <ul className="pra-losses">
        {worstFirst(view.applications).map(({ id, title, lost, dataAtRisk, rpo, lastGood }) => {
          const loss = lost ?? dataAtRisk;
          return (
            <li key={id}>
              <span>
                {local(title)}
                {lastGood && (
                  <span className="quiet figure" title={lastGood.name}>
                    {" "}
                    {t("approval.asOf", { time: formatMoment(lastGood.at, language) })}
                  </span>
                )}
              </span>
              <Toned
                tone={toneOf(loss, rpo)}
                words={
                  loss === null
                    ? t("application.unknownRisk")
                    : t("ofLimit", {
                        value: formatDuration(loss, language),
                        limit: formatDuration(rpo, language),
                      })
                }
              />
            </li>
          );
        })}
      </ul>
    </>
  );
}

/** Where each application serves now. */
function Serving({ view }: { view: PraRunView }) {
  const { t } = useTranslation("pra");
  const local = useLocalText();
  const sites = sitesOf(view);
  return (
    <>
      <h3>{t("application.side")}</h3>
      <ul className="pra-losses">
        {view.applications.map(({ id, title, side }) => (
          <li key={id}>
            <span>{local(title)}</span>
            <SideLabel side={side} sites={sites} wanted={wantedOf(view)} />
          </li>
        ))}
      </ul>
    </>
  );
}
