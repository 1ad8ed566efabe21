import { useEffect, useRef } from "react";
import { useOverlays } from "../state/overlays.ts";
import { usePlace } from "../state/router.ts";
import { QuestionDialog } from "../widgets/QuestionDialog.tsx";
import { useLoaded } from "./use-loaded.ts";

const loadSheet = () => import("../widgets/sheet/ActionSheet.tsx");
const loadPalette = () => import("../widgets/palette/Palette.tsx");

/** What lies over the page: questions, the sheet before an action, the palette. */
export function Overlays() {
  const sheet = useOverlays((overlays) => overlays.sheet);
  const paletteOpen = useOverlays((overlays) => overlays.paletteOpen);
  useSheetOfItsPage();
  const ActionSheet = useLoaded(loadSheet, sheet !== null);
  const Palette = useLoaded(loadPalette, paletteOpen);
  return (
    <>
      <QuestionDialog />
      {sheet && ActionSheet && <ActionSheet request={sheet} />}
      {paletteOpen && Palette && <Palette />}
    </>
  );
}

/** The back button leaves a sheet with the page that it was opened on; a tab or a filter is the same page. */
function useSheetOfItsPage(): void {
  const closeSheet = useOverlays((overlays) => overlays.closeSheet);
  const page = usePlace().path.slice(0, 2).join("/");
  const before = useRef(page);
  useEffect(() => {
    if (before.current !== page) closeSheet();
    before.current = page;
  }, [page, closeSheet]);
}
