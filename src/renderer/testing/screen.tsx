import { cleanup, configure, render } from "@testing-library/react";
import { vi } from "vitest";
import { App } from "../App.tsx";
import { Connection } from "../state/client.ts";
import { useOverlays } from "../state/overlays.ts";
import { usePreferences } from "../state/preferences.ts";
import { useListSettings } from "../widgets/table/list-settings.ts";
import { MemoryConsole } from "./memory-console.ts";

// The question that failed says enough; the whole page would drown it.
configure({
  asyncUtilTimeout: 8000,
  getElementError: (message) => new Error((message ?? "").split("\n")[0]),
});

/** What jsdom does not have and the screens need: the system's theme, sizes, and scrolling into view. */
function completeJsdom(): void {
  window.matchMedia ??= () => Object.assign(new EventTarget(), { matches: false }) as MediaQueryList;
  window.ResizeObserver ??= class {
    observe() {}
    unobserve() {}
    disconnect() {}
  };
  Object.defineProperty(Element.prototype, "clientHeight", { configurable: true, get: () => 800 });
  Object.defineProperty(Element.prototype, "clientWidth", { configurable: true, get: () => 1200 });
  Element.prototype.scrollIntoView ??= () => {};
  Element.prototype.scrollTo ??= () => {};
  globalThis.CSS ??= { escape: (words: string) => words.replace(/[^\w-]/g, "\\$&") } as typeof CSS;
}

/** The whole window over a console in memory, at a place such as `#/hosts`, in English unless told otherwise. */
export function openWindow(hash: string, prepare: (console: MemoryConsole) => void = () => {}) {
  completeJsdom();
  const console = new MemoryConsole();
  prepare(console);
  window.location.hash = hash;
  if (usePreferences.getState().language === null) usePreferences.getState().chooseLanguage("en");
  const connection = new Connection(console.main.open);
  render(<App connection={connection} />);
  return {
    console,
    connection,
    close: () => {
      cleanup();
      connection.close();
      window.localStorage.clear();
      window.location.hash = "";
      usePreferences.setState({ language: null, theme: null, taskPanelOpen: false });
      useOverlays.setState({ sheet: null, paletteOpen: false, questionsOpen: false });
      useListSettings.setState({ views: {}, saved: {}, usual: {} });
      vi.restoreAllMocks();
    },
  };
}
