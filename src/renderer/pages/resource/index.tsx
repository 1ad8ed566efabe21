import { lazy, Suspense, useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { ResourceDetail } from "../../../shared/resource-detail.ts";
import type { Client } from "../../state/client.ts";
import { useLive } from "../../state/live.ts";
import { placeTo } from "../../state/router.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { InsideOnly } from "../../widgets/InsideOnly.tsx";
import { ClusterSummary } from "./ClusterSummary.tsx";
import { Contents } from "./Contents.tsx";
import { Events } from "./Events.tsx";
import { Facts } from "./Facts.tsx";
import { Header } from "./Header.tsx";
import { JournalTab } from "./JournalTab.tsx";
import { Relations } from "./Relations.tsx";
import { TabLinks } from "./TabLinks.tsx";
import { isListTab, type Tab, tabs, tabsOf } from "./tabs.ts";
import { WhoMayAct } from "./WhoMayAct.tsx";

const ScreenTab = lazy(() => import("../hands/ScreenTab.tsx"));
const Logs = lazy(() => import("../logs/index.tsx"));
const Manifest = lazy(() => import("../manifest/index.tsx"));
const RemoteTasks = lazy(() => import("./remote-tasks/index.tsx"));
const Secrets = lazy(() => import("./secrets/index.tsx"));
const Snapshots = lazy(() => import("./snapshots/index.tsx"));
const VaultKeys = lazy(() => import("./vault-keys/index.tsx"));
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
    <div className={pageClass(tab)}>
      <Header
        resource={value.resource}
        relations={value.relations}
        offers={value.offers}
        ports={value.has.ports}
        hands={tab === "screen"}
      />
      {error && <ErrorNotice error={error} retry={retry} />}
      <TabLinks resource={value.resource} contents={value.contents} tabs={tabsOf(value, tab)} tab={tab} />
      <div role="tabpanel" id={`panel-${tab}`} aria-labelledby={`tab-${tab}`} className="tab-panel">
        <TabBody tab={tab} detail={value} resource={value.resource} />
      </div>
    </div>
  );
}

const fillsPage: ReadonlySet<Tab> = new Set(["events", "logs", "manifest", "remote-tasks"]);

/** The hands and a list scroll by themselves within the height that is there. */
function pageClass(tab: Tab): string {
  if (tab === "screen") return "page resource-page is-hands";
  return isListTab(tab) || fillsPage.has(tab) ? "page resource-page is-list" : "page resource-page";
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
  if (isListTab(tab)) return <Contents key={tab} resource={resource} tab={tab} />;
  switch (tab) {
    case "facts":
      return (
        <>
          {resource.kind === "cluster" && <ClusterSummary resource={resource} contents={detail.contents} />}
          <Facts resource={resource} history={detail.history} />
          <WhoMayAct id={resource.id} />
        </>
      );
    case "relations":
      return <Relations resource={resource} relations={detail.relations} />;
    case "events":
      return <Events resource={resource} recorded={detail.has.happenings} />;
    case "screen":
      return (
        <Suspense fallback={<p className="quiet">{t("loading")}</p>}>
          <ScreenTab key={resource.id} resource={resource} detail={detail} />
        </Suspense>
      );
    case "snapshots":
      return (
        <Suspense fallback={<p className="quiet">{t("loading")}</p>}>
          <Snapshots key={resource.id} resource={resource} offers={detail.offers} />
        </Suspense>
      );
    case "secrets":
      return (
        <Suspense fallback={<p className="quiet">{t("loading")}</p>}>
          <InsideOnly subject={{ of: "resource", resource: resource.id }}>
            <Secrets key={resource.id} resource={resource} offers={detail.offers} />
          </InsideOnly>
        </Suspense>
      );
    case "vault-keys":
      return (
        <Suspense fallback={<p className="quiet">{t("loading")}</p>}>
          <InsideOnly subject={{ of: "resource", resource: resource.id }}>
            <VaultKeys key={resource.id} resource={resource} offers={detail.offers} />
          </InsideOnly>
        </Suspense>
      );
    case "remote-tasks":
      return (
        <Suspense fallback={<p className="quiet">{t("loading")}</p>}>
          <RemoteTasks key={resource.id} resource={resource} />
        </Suspense>
      );
    case "logs":
      return (
        <Suspense fallback={<p className="quiet">{t("loading")}</p>}>
          <Logs key={resource.id} resources={[resource.id]} name={resource.name} />
        </Suspense>
      );
    case "manifest":
      return (
        <Suspense fallback={<p className="quiet">{t("loading")}</p>}>
          <Manifest key={resource.id} id={resource.id} name={resource.name} offers={detail.offers} />
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
