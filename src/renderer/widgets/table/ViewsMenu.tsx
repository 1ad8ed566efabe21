import { Button } from "@patternfly/react-core";
import { type FormEvent, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ResourceKind } from "../../../shared/resource.ts";
import { CopyButton } from "../CopyButton.tsx";
import { DropPanel } from "../DropPanel.tsx";
import { SaveIcon } from "../icons.ts";
import { hasListPage, placeOfView } from "./list-pages.ts";
import { type ListView, useListSettings } from "./list-settings.ts";
import { readyViews } from "./ready-views.ts";

/** Filter, facets, sort, columns and groups under a name, remembered on this workstation; one may be the usual one. */
export function ViewsMenu({
  kind,
  view,
  initial,
  onChange,
}: {
  kind: ResourceKind;
  view: ListView;
  /** What the list begins with as long as no saved view is the usual one. */
  initial: ListView;
  onChange: (part: Partial<ListView>) => void;
}) {
  const { t } = useTranslation("list");
  const { load, save, remove, makeUsual } = useListSettings();
  const saved = useListSettings((settings) => settings.saved[kind]);
  const usual = useListSettings((settings) => settings.usual[kind] ?? null);
  const [name, setName] = useState("");
  useEffect(() => load(kind), [load, kind]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === "") return;
    save(kind, name.trim(), view);
    setName("");
  };
  const names = Object.keys(saved ?? {}).sort((a, b) => a.localeCompare(b));
  return (
    <DropPanel label={t("views")} icon={<SaveIcon aria-hidden="true" />}>
      {names.length === 0 && <p className="quiet">{t("noViews")}</p>}
      <ul className="view-list">
        {names.map((each) => (
          <li key={each}>
            <Button variant="link" isInline onClick={() => onChange(saved?.[each] ?? view)}>
              {each}
            </Button>
            <button
              type="button"
              className="view-usual"
              aria-pressed={usual === each}
              title={t("usualViewHint")}
              onClick={() => makeUsual(kind, usual === each ? null : each)}
            >
              {t("usualView")}
            </button>
            <button
              type="button"
              className="view-remove"
              aria-label={t("removeView", { name: each })}
              onClick={() => remove(kind, each)}
            >
              <span aria-hidden="true">×</span>
            </button>
          </li>
        ))}
      </ul>
      <h2 className="view-ready">{t("readyViews")}</h2>
      <ul className="view-list">
        {readyViews(kind, initial).map(([each, ready]) => (
          <li key={each}>
            <Button variant="link" isInline onClick={() => onChange(ready)}>
              {t(`readyView.${each}`)}
            </Button>
          </li>
        ))}
      </ul>
      <form className="view-form" onSubmit={submit}>
        <input
          type="text"
          value={name}
          maxLength={60}
          placeholder={t("viewName")}
          aria-label={t("viewName")}
          onChange={(event) => setName(event.target.value)}
        />
        <Button type="submit" variant="secondary" size="sm" isDisabled={name.trim() === ""}>
          {t("saveView")}
        </Button>
      </form>
      {hasListPage(kind) && (
        <p className="view-link">
          <CopyButton label={t("copyView")} words={() => addressOf(placeOfView(kind, view))} />
        </p>
      )}
    </DropPanel>
  );
}

/** The whole address where a browser shows the window; of the desktop's own window only what follows the `#`. */
function addressOf(place: string): string {
  const { origin, pathname, protocol } = window.location;
  return protocol.startsWith("http") ? `${origin}${pathname}${place}` : place;
}
