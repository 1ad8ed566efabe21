import i18next, { type i18n, type TFunction } from "i18next";
import { useCallback, useContext, useMemo } from "react";
import { getI18n, I18nContext, initReactI18next } from "react-i18next";
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

/** The window's texts: another language is another instance, so that nothing has to listen to this one. */
function useTexts(): i18n {
  return useContext(I18nContext)?.i18n ?? getI18n();
}

/** The language on the screen now. */
export function useLanguage(): Language {
  return useTexts().language === "fr" ? "fr" : "en";
}

/** `useTranslation` for cells, of which there are hundreds: one namespace, and a tenth of the time. */
export function useWords<Namespace extends keyof typeof en>(namespace: Namespace): TFunction<Namespace> {
  const texts = useTexts();
  return useMemo(() => texts.getFixedT(null, namespace), [texts, namespace]);
}

/** Picks the words of a text that main wrote in both languages. */
export function useLocalText(): (text: LocalText) => string {
  const language = useLanguage();
  return useCallback(
    (text: LocalText) => (language === "fr" ? bindFrenchPunctuation(text.fr) : text.en),
    [language],
  );
}
