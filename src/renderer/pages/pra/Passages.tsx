import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useTranslation } from "react-i18next";
import type { PraPassage, PraView } from "../../../shared/pra.ts";
import { useLanguage, useLocalText } from "../../i18n/index.ts";
import { placeTo } from "../../state/router.ts";
import { formatDuration, formatMoment, formatNumber } from "../../widgets/format.ts";
import { RunStatusLabel } from "../procedures/labels.tsx";
import { Toned } from "./labels.tsx";
import { useModeWords } from "./mode-words.ts";
import { lengthOf } from "./reading.ts";

type Tier = PraView["tiers"][number];

/** The times that a plan was gone through, newest first, each tier against its RTO, so that they can be compared. */
export function Passages({ view: { passages, tiers } }: { view: PraView }) {
  const { t } = useTranslation("pra");
  const local = useLocalText();
  return (
    <section className="panel" aria-labelledby="pra-passages">
      <h2 id="pra-passages">{t("passages")}</h2>
      {passages.length === 0 && <p className="quiet">{t("noPassages")}</p>}
      {passages.length > 0 && (
        <>
          <p className="quiet">{t("passagesHint")}</p>
          <div className="pra-scroller">
            <Table variant="compact" aria-labelledby="pra-passages" className="plain-table pra-passages">
              <Thead>
                <Tr>
                  <Th modifier="wrap">{t("passage.what")}</Th>
                  <Th modifier="wrap">{t("passage.state")}</Th>
                  <Th modifier="wrap">{t("passage.took")}</Th>
                  {tiers.map(({ id, title }) => (
                    <Th key={id} modifier="wrap">
                      {local(title)}
                    </Th>
                  ))}
                </Tr>
              </Thead>
              <Tbody>
                {passages.map((passage) => (
                  <PassageRow key={passage.id} passage={passage} tiers={tiers} />
                ))}
              </Tbody>
            </Table>
          </div>
        </>
      )}
    </section>
  );
}

function PassageRow({ passage, tiers }: { passage: PraPassage; tiers: readonly Tier[] }) {
  const { t } = useTranslation("pra");
  const modeWords = useModeWords();
  const language = useLanguage();
  const { run, mode, way, direction, figure } = passage;
  const length = lengthOf(passage);
  const words = modeWords({ direction, mode });
  return (
    <Tr>
      <Td>
        {run === null ? (
          `${words}${way ? `, ${t(`passage.way.${way}`)}` : ""}`
        ) : (
          <a href={placeTo("pra", "run", run)}>{words}</a>
        )}
        <p className="quiet figure">
          {formatMoment(passage.startedAt, language)} · {passage.actor}
        </p>
      </Td>
      <Td>
        <RunStatusLabel status={passage.status} />
        {figure !== null && (
          <p className="figure">
            {t("passage.figure")} {t("readinessOf", { figure: formatNumber(figure, language, 0) })}
          </p>
        )}
      </Td>
      <Td className="figure no-wrap">{length === null ? "" : formatDuration(length, language)}</Td>
      {tiers.map((tier) => (
        <Td key={tier.id}>
          <Served passage={passage} tier={tier} />
        </Td>
      ))}
    </Tr>
  );
}

/** The time until a tier served; a rehearsal serves nothing. */
function Served({ passage, tier }: { passage: PraPassage; tier: Tier }) {
  const { t } = useTranslation("pra");
  const language = useLanguage();
  const took = passage.served[tier.id];
  if (took === undefined) {
    if (passage.endedAt === null) return null;
    return <span className="quiet">{passage.run === null ? "–" : t("passage.notServed")}</span>;
  }
  const kept = took <= tier.rto;
  return (
    <>
      <span className="figure no-wrap">
        {t("ofLimit", { value: formatDuration(took, language), limit: formatDuration(tier.rto, language) })}
      </span>
      <p>
        <Toned tone={kept ? "ok" : "critical"} words={t(kept ? "passage.within" : "passage.beyond")} />
      </p>
    </>
  );
}
