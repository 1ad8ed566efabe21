import { useOverlays } from "../state/overlays.ts";
import { QuestionDialog } from "../widgets/QuestionDialog.tsx";
import { useLoaded } from "./use-loaded.ts";

const loadSheet = () => import("../widgets/sheet/ActionSheet.tsx");
const loadPalette = () => import("../widgets/palette/Palette.tsx");

/** What lies over the page: questions, the sheet before an action, the palette. */
export function Overlays() {
  const sheet = useOverlays((overlays) => overlays.sheet);
  const paletteOpen = useOverlays((overlays) => overlays.paletteOpen);
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
