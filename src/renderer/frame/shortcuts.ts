import { useEffect } from "react";
import { useOverlays } from "../state/overlays.ts";
import { usePreferences } from "../state/preferences.ts";

/** Keys that work everywhere: Ctrl-K for search and commands, Ctrl-J for the task panel. */
export function useShortcuts(): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      // Inside a terminal Ctrl-K and Ctrl-J belong to the shell.
      if (event.target instanceof Element && event.target.closest(".terminal-screen")) return;
      if (event.key === "k") {
        event.preventDefault();
        const { paletteOpen, openPalette } = useOverlays.getState();
        openPalette(!paletteOpen);
      }
      if (event.key === "j") {
        event.preventDefault();
        const { taskPanelOpen, openTaskPanel } = usePreferences.getState();
        openTaskPanel(!taskPanelOpen);
      }
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, []);
}
