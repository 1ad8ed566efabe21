import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ResourceDetail } from "../../../shared/resource-detail.ts";
import type { Client } from "../../state/client.ts";
import { useConsole } from "../../state/console.tsx";
import { useLive } from "../../state/live.ts";
import { placeTo } from "../../state/router.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { HealthLabel, StaleMark } from "../../widgets/HealthLabel.tsx";
import { Ended } from "./Ended.tsx";
import { Preparing } from "./Preparing.tsx";
import { Running } from "./Running.tsx";
import "../../styles/clusters.css";

const drain = "kubernetes.drain";

/**
 * The drain of one node, from its preview over its course to what is left; main holds it, so that it goes on when the
 * page is left. A drain that a console was killed in begins here anew, with what is left.
 */
export default function DrainPage({ id }: { id: string }) {
  const { t } = useTranslation(["drain", "resource", "common", "frame"]);
  const node = useLive(
    useCallback((client: Client, signal: AbortSignal) => client.resources.watch({ id }, { signal }), [id]),
  );
  const drains = useLive(
    useCallback((client: Client, signal: AbortSignal) => client.drains.watch({ id }, { signal }), [id]),
  );
  const error = node.error ?? drains.error;
  const resource = node.value?.resource ?? null;
  const gone = node.value !== null && resource === null;
  return (
    <div className="page drain-page">
      <div className="resource-title">
        <h1>{t("title", { name: resource?.name ?? id })}</h1>
        {resource && <HealthLabel health={resource.health} />}
        {resource?.stale && <StaleMark />}
        <a href={resource ? placeTo("resource", id) : placeTo("nodes")}>
          {resource ? t("toNode", { name: resource.name }) : t("frame:pages.nodes")}
        </a>
      </div>
      {error && <ErrorNotice error={error} retry={node.error ? node.retry : drains.retry} />}
      {gone && <p>{t("resource:gone")}</p>}
      {(node.value === null || drains.value === null) && !error && (
        <p className="quiet">{t("common:loading")}</p>
      )}
      {node.value && resource && drains.value && (
        <Stage detail={node.value} resource={resource} view={drains.value.drain} />
      )}
    </div>
  );
}

/** The part of a drain that is on now. */
function Stage({
  detail,
  resource: { id, name, facts },
  view,
}: {
  detail: ResourceDetail;
  resource: NonNullable<ResourceDetail["resource"]>;
  view: Parameters<typeof Preparing>[0]["view"];
}) {
  const { t } = useTranslation("drain");
  const { tasks } = useConsole();
  const [anew, setAnew] = useState(false);
  const own = (tasks.value?.tasks ?? [])
    .filter(({ action, resource }) => action === drain && resource === id)
    .sort((one, other) => other.startedAt - one.startedAt);
  const offerOf = (action: string) => detail.offers.find((offer) => offer.id === action) ?? null;
  const offer = offerOf(drain);
  const task = own[0] ?? null;
  const isOn = view !== null && view.phase !== "preview" && view.phase !== "ended";
  // What is started from the preview ends as its own: only then is its end shown.
  if (isOn && anew) setAnew(false);
  if (isOn) return <Running view={view} task={task} name={name} />;
  if (view?.phase === "ended" && !anew) {
    return (
      <Ended
        view={view}
        task={task}
        name={name}
        uncordon={facts["kubernetes.cordoned"]?.value === false ? null : offerOf("kubernetes.uncordon")}
        onAgain={() => setAnew(true)}
      />
    );
  }
  if (offer === null) return <p>{t("notOffered")}</p>;
  return <Preparing resource={id} name={name} offer={offer} view={view} tasks={own} />;
}
