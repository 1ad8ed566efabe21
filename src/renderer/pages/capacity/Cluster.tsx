import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ClusterCapacity } from "../../../shared/capacity.ts";
import { useLocalText } from "../../i18n/index.ts";
import { placeTo } from "../../state/router.ts";
import { Age } from "../../widgets/Age.tsx";
import { FigureBar } from "./FigureBar.tsx";
import { LossMatrix } from "./LossMatrix.tsx";
import { VerdictLabel } from "./VerdictLabel.tsx";
import { WhatIf } from "./WhatIf.tsx";

/** One cluster: its figures against their ceilings, what the loss of each host brings, and a closer look at some. */
export function Cluster({ cluster }: { cluster: ClusterCapacity }) {
  const { t } = useTranslation("capacity");
  const local = useLocalText();
  const [asked, setAsked] = useState<ReadonlySet<string>>(new Set());
  const serving = new Set(cluster.hosts.filter(({ standing }) => standing === "serving").map(({ id }) => id));
  const chosen = new Set([...asked].filter((id) => serving.has(id)));
  const out = cluster.hosts.filter(({ standing }) => standing !== "serving");
  const { apart, spare } = cluster;
  return (
    <section className="panel capacity-cluster" aria-labelledby="cluster">
      <header>
        <h2 id="cluster">
          <a href={placeTo("resource", cluster.id)}>{cluster.name}</a>
        </h2>
        <Age at={cluster.readAt} form="asOf" />
      </header>
      <p>
        <VerdictLabel
          verdict={spare.verdict}
          words={
            cluster.alone
              ? local(spare.text)
              : `${t(`spareVerdict.${spare.verdict}`, { wanted: spare.wanted })}. ${local(spare.text)}`
          }
        />
      </p>
      <div className="columns">
        <FigureBar of="processors" figure={cluster.processors} />
        <FigureBar of="memory" figure={cluster.memory} />
      </div>
      <p className="quiet">
        {t("apart", {
          off: t("off", { count: apart.off }),
          templates: t("templates", { count: apart.templates }),
        })}
      </p>
      {out.length > 0 && (
        <p>
          {t("out", {
            hosts: out.map(({ name, standing }) => `${name} (${t(`standing.${standing}`)})`).join(", "),
          })}
        </p>
      )}
      {serving.size > 0 && <LossMatrix cluster={cluster} chosen={chosen} choose={setAsked} />}
      {chosen.size > 0 && <WhatIf cluster={cluster} chosen={chosen} clear={() => setAsked(new Set())} />}
    </section>
  );
}
