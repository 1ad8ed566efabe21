import { Button } from "@patternfly/react-core";
import { type FormEvent, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { DropPanel } from "../DropPanel.tsx";
import { SaveIcon } from "../icons.ts";
import { type ListView, useListSettings } from "./list-settings.ts";

/** Filter, facets, sort and columns under a name, remembered on this workstation. */
export function ViewsMenu({
  list,
  view,
  onChange,
}: {
  list: string;
  view: ListView;
  onChange: (part: Partial<ListView>) => void;
}) {
  const { t } = useTranslation("list");
  const { load, save, remove } = useListSettings();
  const saved = useListSettings((settings) => settings.saved[list]);
  const [name, setName] = useState("");
  useEffect(() => load(list), [load, list]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === "") return;
    save(list, name.trim(), view);
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
              className="view-remove"
              aria-label={t("removeView", { name: each })}
              onClick={() => remove(list, each)}
            >
              <span aria-hidden="true">×</span>
            </button>
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
    </DropPanel>
  );
}
