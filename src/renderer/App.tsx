import { useEffect, useMemo, useSyncExternalStore } from "react";
import { I18nextProvider } from "react-i18next";
import { Frame } from "./frame/Frame.tsx";
import { createI18n } from "./i18n/index.ts";
import type { Connection } from "./state/client.ts";
import { ConsoleProvider } from "./state/console.tsx";
import { ConnectionProvider } from "./state/live.ts";
import { languageInForce, usePreferences } from "./state/preferences.ts";

/** The whole window over one connection to main. */
export function App({ connection }: { connection: Connection }) {
  const chosen = usePreferences((preferences) => preferences.language);
  const language = languageInForce(chosen, navigator.languages);
  const i18n = useMemo(() => createI18n(language), [language]);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  useTheme();
  return (
    <I18nextProvider i18n={i18n}>
      <ConnectionProvider value={connection}>
        <ConsoleProvider>
          <Frame />
        </ConsoleProvider>
      </ConnectionProvider>
    </I18nextProvider>
  );
}

const darkSystem = "(prefers-color-scheme: dark)";

function subscribeToSystem(listener: () => void): () => void {
  const media = window.matchMedia(darkSystem);
  media.addEventListener("change", listener);
  return () => media.removeEventListener("change", listener);
}

/** Light or dark: the chosen one, else as the system. */
function useTheme(): void {
  const chosen = usePreferences((preferences) => preferences.theme);
  const systemIsDark = useSyncExternalStore(subscribeToSystem, () => window.matchMedia(darkSystem).matches);
  const dark = chosen === null ? systemIsDark : chosen === "dark";
  useEffect(() => {
    document.documentElement.classList.toggle("pf-v6-theme-dark", dark);
  }, [dark]);
}
