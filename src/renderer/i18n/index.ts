import i18next, { type i18n } from "i18next";
import { useCallback } from "react";
import { initReactI18next, useTranslation } from "react-i18next";
import type { Language, LocalText } from "../../shared/text.ts";
import { en } from "./en/index.ts";
import { fr } from "./fr/index.ts";
import { bindFrenchPunctuation, prepareFrench } from "./french.ts";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "common";
    resources: typeof en;
  }
}

/** Both languages travel with the program: a switch is instant and works while main is away. */
export function createI18n(language: Language): i18n {
  const instance = i18next.createInstance();
  instance.use(initReactI18next).init({
    lng: language,
    resources: { en, fr: prepareFrench(fr) },
    ns: Object.keys(en),
    defaultNS: "common",
    fallbackLng: { default: ["en"] },
    // React escapes by itself.
    interpolation: { escapeValue: false },
    initAsync: false,
  });
  return instance;
}

/** The language on the screen now. */
export function useLanguage(): Language {
  return useTranslation().i18n.language === "fr" ? "fr" : "en";
}

/** Picks the words of a text that main wrote in both languages. */
export function useLocalText(): (text: LocalText) => string {
  const language = useLanguage();
  return useCallback(
    (text: LocalText) => (language === "fr" ? bindFrenchPunctuation(text.fr) : text.en),
    [language],
  );
}
