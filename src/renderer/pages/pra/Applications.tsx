import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useTranslation } from "react-i18next";
import type { PraView } from "../../../shared/pra.ts";
import { useLanguage, useLocalText } from "../../i18n/index.ts";
import { placeTo } from "../../state/router.ts";
import { Age } from "../../widgets/Age.tsx";
import { formatDuration } from "../../widgets/format.ts";
import { Against } from "./Against.tsx";
import { SideLabel } from "./labels.tsx";
import { worstFirst } from "./reading.ts";

/** The applications of a plan by what they would lose now, the worst first. */
export function Applications({ view }: { view: PraView }) {
  const { t } = useTranslation("pra");
  const local = useLocalText();
  const language = useLanguage();
  const tiers = new Map(view.tiers.map(({ id, title }) => [id, title]));
  const names = new Map(view.applications.map(({ id, title }) => [id, local(title)]));
  return (
    <section className="panel" aria-labelledby="pra-applications">
      <h2 id="pra-applications">{t("applications")}</h2>
      <div className="pra-scroller">
        <Table variant="compact" aria-labelledby="pra-applications" className="plain-table pra-applications">
          <Thead>
            <Tr>
              <Th modifier="wrap">{t("application.name")}</Th>
              <Th modifier="wrap">{t("application.tier")}</Th>
              <Th modifier="wrap">{t("application.side")}</Th>
              <Th modifier="wrap">{t("application.lastGood")}</Th>
              <Th modifier="wrap">{t("application.risk")}</Th>
              <Th modifier="wrap">{t("application.rto")}</Th>
            </Tr>
          </Thead>
          <Tbody>
            {worstFirst(view.applications).map((each) => {
              const tier = tiers.get(each.tier);
              return (
                <Tr key={each.id}>
                  <Td>
                    {local(each.title)}
                    {each.needs.length > 0 && (
                      <p className="quiet">
                        {t("application.needs", {
                          names: each.needs.map((id) => names.get(id) ?? id).join(", "),
                        })}
                      </p>
                    )}
                  </Td>
                  <Td>{tier ? local(tier) : each.tier}</Td>
                  <Td>
                    <SideLabel side={each.side} sites={view} />
                  </Td>
                  <Td>
                    {each.lastGood ? (
                      <>
                        <Age at={each.lastGood.at} />
                        <p>
                          <a href={placeTo("resource", each.lastGood.by)}>{each.lastGood.name}</a>
                        </p>
                      </>
                    ) : (
                      <span className="quiet">{t("application.noLastGood")}</span>
                    )}
                  </Td>
                  <Td>
                    <Against
                      value={each.dataAtRisk}
                      limit={each.rpo}
                      unknown={t("application.unknownRisk")}
                    />
                  </Td>
                  <Td className="figure no-wrap">{formatDuration(each.rto, language)}</Td>
                </Tr>
              );
            })}
          </Tbody>
        </Table>
      </div>
    </section>
  );
}
