import type { MenuItemConstructorOptions } from "electron";
import type { Language } from "../../../shared/text.ts";

/**
 * The application's menu. It is short, since the window has everything: what the platform expects on macOS, and
 * zoom and full screen everywhere. No reload and no close by Ctrl-W: both are keys of a shell.
 */
export function menuTemplate(language: Language, platform: NodeJS.Platform): MenuItemConstructorOptions[] {
  const inFrench = language === "fr";
  const view: MenuItemConstructorOptions = {
    label: inFrench ? "Affichage" : "View",
    submenu: [
      { role: "zoomIn", label: inFrench ? "Agrandir" : "Zoom in" },
      { role: "zoomOut", label: inFrench ? "Réduire" : "Zoom out" },
      { role: "resetZoom", label: inFrench ? "Taille réelle" : "Actual size" },
      { type: "separator" },
      { role: "togglefullscreen", label: inFrench ? "Plein écran" : "Full screen" },
    ],
  };
  return platform === "darwin"
    ? [{ role: "appMenu" }, { role: "editMenu" }, view, { role: "windowMenu" }]
    : [view];
}
