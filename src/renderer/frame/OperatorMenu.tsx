import { Popover } from "@patternfly/react-core";
import { useTranslation } from "react-i18next";
import type { Language } from "../../shared/text.ts";
import { RightsInWords } from "../pages/people/OwnRights.tsx";
import { useConsole } from "../state/console.tsx";
import { usePreferences } from "../state/preferences.ts";
import { placeTo } from "../state/router.ts";
import { UserIcon } from "../widgets/icons.ts";

const languages: (Language | null)[] = [null, "en", "fr"];
/** Names of keys, the same in both languages on the keyboards of both. */
const keys = [
  ["palette", "Ctrl K"],
  ["tasks", "Ctrl J"],
  ["filter", "/"],
  ["move", "↑ ↓"],
  ["select", "␣"],
  ["open", "↵"],
] as const;
const themes = [null, "light", "dark"] as const;

/** Who works here, and how they like to see it: language and appearance. */
export function OperatorMenu() {
  const { t } = useTranslation(["frame", "common", "people"]);
  const { about, people } = useConsole();
  const { language, theme, chooseLanguage, chooseTheme } = usePreferences();
  const me = people.value?.operators.find(({ id }) => id === people.value?.me)?.name;
  const nobody = people.value?.roles === true && people.value.me === null;
  const who = about?.looksOnly ? t("looksOnly") : nobody ? t("nobodyHere") : (me ?? about?.actor);
  const body = (
    <div className="operator-menu">
      <p>
        <a href={placeTo("people")}>{nobody ? t("signInHere") : t("whoHere")}</a>
      </p>
      {people.value?.roles && !about?.looksOnly && (
        <>
          <h2>{t("people:mayDo")}</h2>
          <RightsInWords />
        </>
      )}
      {about && (
        <p>{t("about", { actor: about.actor, workstation: about.workstation, version: about.version })}</p>
      )}
      <fieldset>
        <legend>{t("language")}</legend>
        {languages.map((choice) => (
          <label key={choice ?? "system"}>
            <input
              type="radio"
              name="language"
              checked={language === choice}
              onChange={() => chooseLanguage(choice)}
            />
            {t(`languages.${choice ?? "system"}`)}
          </label>
        ))}
      </fieldset>
      <fieldset>
        <legend>{t("theme")}</legend>
        {themes.map((choice) => (
          <label key={choice ?? "system"}>
            <input
              type="radio"
              name="theme"
              checked={theme === choice}
              onChange={() => chooseTheme(choice)}
            />
            {t(`themes.${choice ?? "system"}`)}
          </label>
        ))}
      </fieldset>
      <h2>{t("keys.title")}</h2>
      <dl className="keys">
        {keys.map(([name, words]) => (
          <div key={name}>
            <dt>
              <kbd>{words}</kbd>
            </dt>
            <dd>{t(`keys.${name}`)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
  return (
    <Popover
      aria-label={t("operator")}
      bodyContent={body}
      position="bottom-end"
      closeBtnAriaLabel={t("common:close")}
    >
      <button type="button" className="chip chip-plain" aria-label={`${t("operator")}: ${who ?? ""}`}>
        <UserIcon aria-hidden="true" />
        <span>{who}</span>
      </button>
    </Popover>
  );
}
