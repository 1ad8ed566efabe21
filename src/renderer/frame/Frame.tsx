import { Suspense, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { PageOf } from "../pages/PageOf.tsx";
import { useConsole } from "../state/console.tsx";
import { usePhase } from "../state/live.ts";
import { usePlace } from "../state/router.ts";
import { Boundary } from "./Boundary.tsx";
import { ConnectionBanner } from "./ConnectionBanner.tsx";
import { DrillMark } from "./DrillMark.tsx";
import { FindingNotice } from "./FindingNotice.tsx";
import { GlassBanner } from "./GlassBanner.tsx";
import { LockScreen } from "./LockScreen.tsx";
import { Masthead } from "./Masthead.tsx";
import { Navigation } from "./Navigation.tsx";
import { Overlays } from "./Overlays.tsx";
import { useShortcuts } from "./shortcuts.ts";
import { TaskAnnouncer } from "./TaskAnnouncer.tsx";
import { TaskPanel } from "./TaskPanel.tsx";
import { topTasks } from "./task-order.ts";
import { useActivity } from "./use-activity.ts";

const named = [
  "overview",
  "hosts",
  "vms",
  "clusters",
  "nodes",
  "workloads",
  "pods",
  "logs",
  "topology",
  "capacity",
  "compare",
  "pra",
  "procedures",
  "tasks",
  "journal",
  "secrets",
  "estate",
] as const;

/** "Hosts · Passerelle", "tower-a · Passerelle": the window and the browser's history say where they are. */
function usePageTitle(path: readonly string[]): void {
  const { t } = useTranslation(["frame", "common"]);
  const [page = "overview", id] = path;
  const known = named.find((each) => each === page);
  const run = page === "wall" || (page === "pra" && id === "run");
  const words = run ? t("pages.praRun") : (id ?? (known ? t(`pages.${known}`) : t("pages.notFound")));
  const { about } = useConsole();
  const title = `${about?.drill ? `${t("drillTitle")} · ` : ""}${words} · ${t("common:product")}`;
  useEffect(() => {
    document.title = title;
  }, [title]);
}

/** Without the panel, what begins and ends is still read out. */
function TaskNews() {
  const tasks = useConsole().tasks.value?.tasks;
  return <TaskAnnouncer tasks={tasks ? topTasks(tasks) : null} />;
}

/** The four regions that are always there: masthead, navigation, content, task panel. */
export function Frame() {
  const { t } = useTranslation(["frame", "common"]);
  const main = useRef<HTMLElement>(null);
  const { path } = usePlace();
  const people = useConsole().people.value;
  const locked = people?.locked === true;
  useActivity(people);
  const phase = usePhase();
  useShortcuts();
  usePageTitle(path);
  const page = path.slice(0, 2).join("/");
  const shownPage = useRef(page);
  useEffect(() => {
    if (shownPage.current === page) return;
    shownPage.current = page;
    // A new page begins at its top, for eyes and for screen readers.
    main.current?.focus({ preventScroll: true });
  }, [page]);
  // The hands fill a window of their own; what they need of the frame is the content and what lies over it.
  const wall = path[0] === "wall";
  const alone = wall || path[0] === "hands";
  // A wall says by itself when it is old, and shows nothing that waits for a click.
  const classes = [
    "console",
    phase.state === "lost" && !wall && "is-lost",
    alone && "is-alone",
    locked && "is-locked",
  ];
  return (
    <>
      <GlassBanner />
      {locked && people && <LockScreen people={people} />}
      <div className={classes.filter(Boolean).join(" ")} inert={locked}>
        {!alone && (
          <>
            <button type="button" className="skip-link" onClick={() => main.current?.focus()}>
              {t("skip")}
            </button>
            <Masthead />
            <Navigation />
          </>
        )}
        {alone && <DrillMark over />}
        <main className="content" ref={main} tabIndex={-1} id="content">
          <Boundary key={page}>
            <Suspense fallback={<p className="quiet page-wait">{t("common:loading")}</p>}>
              <PageOf path={path} />
            </Suspense>
          </Boundary>
        </main>
        {!wall && <ConnectionBanner />}
        {alone ? <TaskNews /> : <TaskPanel />}
        {!wall && (
          <Boundary>
            <Overlays />
            <FindingNotice />
          </Boundary>
        )}
      </div>
    </>
  );
}
