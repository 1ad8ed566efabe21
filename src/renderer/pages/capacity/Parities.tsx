import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useTranslation } from "react-i18next";
import type { Parity } from "../../../shared/capacity.ts";
import { useLanguage, useLocalText } from "../../i18n/index.ts";
import { placeTo } from "../../state/router.ts";
import { formatBytes, formatNumber } from "../../widgets/format.ts";
import { VerdictLabel } from "./VerdictLabel.tsx";

/** The sites that must hold the same, side by side. */
export function Parities({ parities }: { parities: readonly Parity[] }) {
  const { t } = useTranslation("capacity");
  const local = useLocalText();
  const language = useLanguage();
  const untold = <span className="quiet">{t("parity.notTold")}</span>;
  return (
    <section className="panel" aria-labelledby="parities">
      <h2 id="parities">{t("parity.title")}</h2>
      {parities.map(({ name, by, sides, verdict, text }) => (
        <div key={name} className="capacity-parity">
          <h3>
            {name} <span className="quiet">({t(`parity.by.${by}`)})</span>
          </h3>
          <p>
            <VerdictLabel verdict={verdict} words={`${t(`parity.verdict.${verdict}`)}. ${local(text)}`} />
          </p>
          <Table variant="compact" aria-label={t("parity.caption", { name })} className="plain-table">
            <Thead>
              <Tr>
                <Th>{t("parity.columns.site")}</Th>
                <Th>{t("parity.columns.hosts")}</Th>
                <Th>{t("parity.columns.cores")}</Th>
                <Th>{t("parity.columns.memory")}</Th>
                <Th>{t("parity.columns.models")}</Th>
              </Tr>
            </Thead>
            <Tbody>
              {sides.map((side) => (
                <Tr key={side.site}>
                  <Td>
                    <a href={placeTo("resource", side.site)}>{side.site}</a>
                  </Td>
                  <Td className="figure">{formatNumber(side.hosts, language)}</Td>
                  <Td className="figure">
                    {side.cores === null ? untold : formatNumber(side.cores, language)}
                  </Td>
                  <Td className="figure">
                    {side.memory === null ? untold : formatBytes(side.memory, language)}
                  </Td>
                  <Td>
                    {Object.entries(side.models)
                      .sort(([one], [other]) => (one < other ? -1 : 1))
                      .map(([model, count]) => `${count} × ${model}`)
                      .join(", ")}
                  </Td>
                </Tr>
              ))}
            </Tbody>
          </Table>
        </div>
      ))}
    </section>
  );
}
