import { lazy, Suspense, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { PageOf } from "../pages/PageOf.tsx";
import { usePhase } from "../state/live.ts";
import { useOverlays } from "../state/overlays.ts";
import { usePlace } from "../state/router.ts";
import { QuestionDialog } from "../widgets/QuestionDialog.tsx";
import { ConnectionBanner } from "./ConnectionBanner.tsx";
import { Masthead } from "./Masthead.tsx";
import { Navigation } from "./Navigation.tsx";
import { useShortcuts } from "./shortcuts.ts";
import { TaskPanel } from "./TaskPanel.tsx";

const ActionSheet = lazy(() => import("../widgets/sheet/ActionSheet.tsx"));
const Palette = lazy(() => import("../widgets/palette/Palette.tsx"));

/** The four regions that are always there: masthead, navigation, content, task panel. */
export function Frame() {
  const { t } = useTranslation(["frame", "common"]);
  const main = useRef<HTMLElement>(null);
  const { path } = usePlace();
  const phase = usePhase();
  const sheet = useOverlays((overlays) => overlays.sheet);

  const paletteOpen = useOverlays((overlays) => overlays.paletteOpen);
  useShortcuts();
  const page = path.slice(0, 2).join("/");
  const shownPage = useRef(page);
  useEffect(() => {
    if (shownPage.current === page) return;
    shownPage.current = page;
    // A new page begins at its top, for eyes and for screen readers.
    main.current?.focus({ preventScroll: true });
  }, [page]);
  return (
    <div className={phase.state === "lost" ? "console is-lost" : "console"}>
      <button type="button" className="skip-link" onClick={() => main.current?.focus()}>
        {t("skip")}
      </button>
      <Masthead />
      <Navigation />
      <main className="content" ref={main} tabIndex={-1} id="content">
        <Suspense fallback={<p className="quiet page-wait">{t("common:loading")}</p>}>
          <PageOf path={path} />
        </Suspense>
      </main>
      <ConnectionBanner />
      <TaskPanel />
      <QuestionDialog />
      <Suspense fallback={null}>
        {sheet && <ActionSheet request={sheet} />}
        {paletteOpen && <Palette />}
      </Suspense>
    </div>
  );
}
