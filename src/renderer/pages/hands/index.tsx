import { useCallback, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Client } from "../../state/client.ts";
import { useLive } from "../../state/live.ts";
import { navigate, placeTo } from "../../state/router.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { HealthLabel, StaleMark } from "../../widgets/HealthLabel.tsx";
import { Machine } from "./Machine.tsx";
import { SecondMachine } from "./SecondMachine.tsx";

/** Hands on one machine or on two side by side, without anything else: made for a window of its own. */
export default function Hands({ ids }: { ids: readonly string[] }) {
  const [first = "", second] = ids;
  return (
    <div className={second === undefined ? "hands-page" : "hands-page is-double"}>
      <Half key={first} id={first} others={second === undefined ? [] : [second]} />
      {second !== undefined && <Half key={second} id={second} others={[first]} />}
    </div>
  );
}

function Half({ id, others }: { id: string; others: readonly string[] }) {
  const { t } = useTranslation(["hands", "resource", "common"]);
  const open = useCallback(
    (client: Client, signal: AbortSignal) => client.resources.watch({ id }, { signal }),
    [id],
  );
  const { value, error, retry } = useLive(open);
  const heading = useRef<HTMLAnchorElement>(null);
  const resource = value?.resource;
  return (
    <section className="hands-half" aria-labelledby={`hands-${id}`}>
      <div className="hands-head">
        <h1 id={`hands-${id}`}>
          <a ref={heading} href={placeTo("resource", id, "screen")} title={t("toPage")}>
            {resource?.name ?? id}
          </a>
        </h1>
        {resource && <HealthLabel health={resource.health} />}
        {resource?.stale && <StaleMark />}
        <span className="hands-head-tools">
          {others.length === 0 ? (
            <SecondMachine first={id} />
          ) : (
            <button
              type="button"
              className="tool-button"
              onClick={() => navigate(placeTo("hands", ...others))}
            >
              {t("removeFromView", { name: resource?.name ?? id })}
            </button>
          )}
        </span>
      </div>
      {error && <ErrorNotice error={error} retry={retry} />}
      {!value && !error && <p className="quiet">{t("common:loading")}</p>}
      {value && !resource && <p>{t("resource:gone")}</p>}
      {value && resource && (
        <Machine resource={resource} detail={value} onLeave={() => heading.current?.focus()} />
      )}
    </section>
  );
}
