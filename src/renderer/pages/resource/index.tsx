import { lazy, Suspense, useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { ResourceDetail } from "../../../shared/contract.ts";
import type { Client } from "../../state/client.ts";
import { useLive } from "../../state/live.ts";
import { placeTo } from "../../state/router.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { Events } from "./Events.tsx";
import { Facts } from "./Facts.tsx";
import { Header } from "./Header.tsx";
import { JournalTab } from "./JournalTab.tsx";
import { Relations } from "./Relations.tsx";
import { TabLinks } from "./TabLinks.tsx";
import { type Tab, tabs, tabsOf } from "./tabs.ts";

const ScreenTab = lazy(() => import("../hands/ScreenTab.tsx"));
const Terminal = lazy(() => import("../terminal/index.tsx"));

/** One thing: how it stands and how old that is, what can be done with it, and its views. */
export default function ResourcePage({ id, tab: wanted }: { id: string; tab: string }) {
  const { t } = useTranslation(["resource", "common", "frame"]);
  const open = useCallback(
    (client: Client, signal: AbortSignal) => client.resources.watch({ id }, { signal }),
    [id],
  );
  const { value, error, retry } = useLive(open);
  const tab = tabs.find((each) => each === wanted) ?? "facts";
  if (!value) {
    return (
      <div className="page">
        {error ? <ErrorNotice error={error} retry={retry} /> : <p className="quiet">{t("common:loading")}</p>}
      </div>
    );
  }
  if (!value.resource) {
    return (
      <div className="page">
        <h1>{id}</h1>
        <p>{t("gone")}</p>
        <p>
          <a href={placeTo("overview")}>{t("frame:toOverview")}</a>
        </p>
      </div>
    );
  }
  return (
    <div className={tab === "screen" ? "page resource-page is-hands" : "page resource-page"}>
      <Header resource={value.resource} offers={value.offers} hands={tab === "screen"} />
      {error && <ErrorNotice error={error} retry={retry} />}
      <TabLinks resource={value.resource} tabs={tabsOf(value, tab)} tab={tab} />
      <div role="tabpanel" id={`panel-${tab}`} aria-labelledby={`tab-${tab}`} className="tab-panel">
        <TabBody tab={tab} detail={value} resource={value.resource} />
      </div>
    </div>
  );
}

function TabBody({
  tab,
  detail,
  resource,
}: {
  tab: Tab;
  detail: ResourceDetail;
  resource: NonNullable<ResourceDetail["resource"]>;
}) {
  const { t } = useTranslation();
  switch (tab) {
    case "facts":
      return <Facts resource={resource} history={detail.history} />;
    case "relations":
      return <Relations resource={resource} relations={detail.relations} />;
    case "events":
      return <Events resource={resource} />;
    case "screen":
      return (
        <Suspense fallback={<p className="quiet">{t("loading")}</p>}>
          <ScreenTab key={resource.id} resource={resource} detail={detail} />
        </Suspense>
      );
    case "terminal":
      return (
        <Suspense fallback={<p className="quiet">{t("loading")}</p>}>
          <Terminal key={resource.id} id={resource.id} name={resource.name} consoles={detail.consoles} />
        </Suspense>
      );
    case "journal":
      return <JournalTab id={resource.id} />;
  }
}
