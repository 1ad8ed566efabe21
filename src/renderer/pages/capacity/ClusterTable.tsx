import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useTranslation } from "react-i18next";
import type { CapacityFigure, ClusterCapacity } from "../../../shared/capacity.ts";
import { useLanguage } from "../../i18n/index.ts";
import { placeTo } from "../../state/router.ts";
import { formatNumber } from "../../widgets/format.ts";
import { VerdictLabel } from "./VerdictLabel.tsx";

/** Every cluster with its verdicts; the one that is shown below is marked. */
export function ClusterTable({
  clusters,
  shown,
}: {
  clusters: readonly ClusterCapacity[];
  shown: string | null;
}) {
  const { t } = useTranslation("capacity");
  return (
    <section className="panel" aria-labelledby="clusters">
      <h2 id="clusters">{t("clusters")}</h2>
      <div className="cluster-scroller">
        <Table variant="compact" aria-label={t("clusters")} className="plain-table">
          <Thead>
            <Tr>
              <Th>{t("columns.cluster")}</Th>
              <Th>{t("columns.place")}</Th>
              <Th>{t("columns.environment")}</Th>
              <Th>{t("columns.hosts")}</Th>
              <Th>{t("columns.processors")}</Th>
              <Th>{t("columns.memory")}</Th>
              <Th>{t("columns.spare")}</Th>
            </Tr>
          </Thead>
          <Tbody>
            {clusters.map((cluster) => (
              <Tr key={cluster.id} className={cluster.id === shown ? "is-chosen" : ""}>
                <Td>
                  <a
                    href={placeTo("capacity", cluster.id)}
                    aria-label={t("show", { name: cluster.name })}
                    aria-current={cluster.id === shown ? "true" : undefined}
                  >
                    {cluster.name}
                  </a>
                </Td>
                <Td>{cluster.site}</Td>
                <Td>{cluster.environment}</Td>
                <Td className="figure no-wrap">
                  {t("hostsServing", {
                    serving: cluster.hosts.filter(({ standing }) => standing === "serving").length,
                    all: cluster.hosts.length,
                  })}
                </Td>
                <Td>
                  <Ratio figure={cluster.processors} />
                </Td>
                <Td>
                  <Ratio figure={cluster.memory} />
                </Td>
                <Td>
                  <VerdictLabel
                    verdict={cluster.spare.verdict}
                    words={
                      cluster.alone
                        ? t("alone")
                        : t(`spareVerdict.${cluster.spare.verdict}`, { wanted: cluster.spare.wanted })
                    }
                  />
                </Td>
              </Tr>
            ))}
          </Tbody>
        </Table>
      </div>
    </section>
  );
}

function Ratio({ figure: { ratio, ceiling, verdict } }: { figure: CapacityFigure }) {
  const { t } = useTranslation("capacity");
  const language = useLanguage();
  const told = ratio === null ? "" : `1:${formatNumber(ratio, language)} `;
  const word = ceiling === null && verdict === "ok" ? t("noCeiling") : t(`verdict.${verdict}`);
  return <VerdictLabel verdict={verdict} words={`${told}${word}`} />;
}
