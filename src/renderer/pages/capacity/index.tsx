import "../../styles/capacity.css";
import { useTranslation } from "react-i18next";
import type { Client } from "../../state/client.ts";
import { useLive } from "../../state/live.ts";
import { placeTo } from "../../state/router.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { Notice } from "../../widgets/Notice.tsx";
import { Cluster } from "./Cluster.tsx";
import { ClusterTable } from "./ClusterTable.tsx";
import { Parities } from "./Parities.tsx";

const openCapacity = (client: Client, signal: AbortSignal) => client.capacity.watch(undefined, { signal });

/** What clusters bear and can spare; `id` is the cluster that is looked at closely, the first that is not well without it. */
export default function Capacity({ id }: { id: string | null }) {
  const { t } = useTranslation(["capacity", "common"]);
  const { value, error, retry } = useLive(openCapacity);
  const clusters = value?.clusters ?? [];
  const shown =
    clusters.find((cluster) => cluster.id === id) ??
    clusters.find(({ spare }) => spare.verdict === "exceeded") ??
    clusters[0];
  return (
    <div className="page">
      <h1>{t("title")}</h1>
      <p className="quiet">{t("intro")}</p>
      {error && <ErrorNotice error={error} retry={retry} />}
      {value === null && !error && <p className="quiet">{t("common:loading")}</p>}
      {value && clusters.length === 0 && (
        <Notice tone="info" title={t("empty")}>
          <p>{t("emptyHint")}</p>
          <a href={placeTo("estate")}>{t("toEstate")}</a>
        </Notice>
      )}
      {value && value.parities.length > 0 && <Parities parities={value.parities} />}
      {shown && <ClusterTable clusters={clusters} shown={shown.id} />}
      {shown && <Cluster key={shown.id} cluster={shown} />}
    </div>
  );
}
