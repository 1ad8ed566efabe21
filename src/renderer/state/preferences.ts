import { z } from "zod";
import { create } from "zustand";
import type { Language } from "../../shared/text.ts";
import { readStored, writeStored } from "./storage.ts";

const preferencesSchema = z.object({
  language: z.enum(["en", "fr"]).nullable(),
  theme: z.enum(["light", "dark"]).nullable(),
  taskPanelOpen: z.boolean(),
});
type Stored = z.infer<typeof preferencesSchema>;

/** What a person chose; null follows the system. Remembered on this workstation. */
interface Preferences extends Stored {
  chooseLanguage(language: Language | null): void;
  chooseTheme(theme: "light" | "dark" | null): void;
  openTaskPanel(open: boolean): void;
}

const key = "preferences";

/** The choices of whoever works here, and how to change them. */
export const usePreferences = create<Preferences>((set, get) => {
  const change = (part: Partial<Stored>) => {
    set(part);
    const { language, theme, taskPanelOpen } = get();
    writeStored(key, { language, theme, taskPanelOpen });
  };
  return {
    ...readStored(key, preferencesSchema, { language: null, theme: null, taskPanelOpen: false }),
    chooseLanguage: (language) => change({ language }),
    chooseTheme: (theme) => change({ theme }),
    openTaskPanel: (taskPanelOpen) => change({ taskPanelOpen }),
  };
});

/** The language on the screen: the chosen one, else French when the system prefers French, else English. */
export function languageInForce(chosen: Language | null, preferred: readonly string[]): Language {
  if (chosen) return chosen;
  for (const tag of preferred) {
    if (/^fr\b/i.test(tag)) return "fr";
    if (/^en\b/i.test(tag)) return "en";
  }
  return "en";
}
