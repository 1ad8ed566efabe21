import { type KeyboardEvent, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Resource } from "../../../shared/resource.ts";
import type { ResourceDetail } from "../../../shared/resource-detail.ts";
import { useLanguage } from "../../i18n/index.ts";
import { placeTo, replacePlace } from "../../state/router.ts";
import { formatNumber } from "../../widgets/format.ts";
import { ExclamationTriangleIcon } from "../../widgets/icons.ts";
import { isListTab, kindOf, type Tab } from "./tabs.ts";

/** The views of one thing. Arrow keys move between them (tabs pattern of the ARIA practices); the link remembers. */
export function TabLinks({
  resource,
  contents,
  tabs,
  tab,
}: {
  resource: Resource;
  contents: ResourceDetail["contents"];
  tabs: readonly Tab[];
  tab: Tab;
}) {
  const { t } = useTranslation("resource");
  const list = useRef<HTMLDivElement>(null);
  const go = (to: Tab) => replacePlace(placeTo("resource", resource.id, to));
  const pressed = (event: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1 };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length] ?? "facts";
    go(next);
    list.current?.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  };
  return (
    <div
      className="tabs"
      role="tablist"
      ref={list}
      aria-label={t("tabList", { name: resource.name })}
      onKeyDown={pressed}
    >
      {tabs.map((each) => (
        <button
          key={each}
          type="button"
          role="tab"
          id={`tab-${each}`}
          aria-selected={each === tab}
          aria-controls={each === tab ? `panel-${each}` : undefined}
          tabIndex={each === tab ? 0 : -1}
          onClick={() => go(each)}
        >
          {t(`tabs.${each}`)}
          {isListTab(each) && <Count counted={contents[kindOf(each)]} />}
        </button>
      ))}
    </div>
  );
}

/** How many a view lists, and how many of them are wrong. */
function Count({ counted }: { counted: ResourceDetail["contents"]["pod"] }) {
  const { t } = useTranslation("frame");
  const language = useLanguage();
  if (!counted) return null;
  return (
    <>
      {" "}
      <span className="tab-count">{formatNumber(counted.total, language)}</span>
      {counted.wrong > 0 && (
        <>
          {" "}
          <span className="wrong-badge">
            <ExclamationTriangleIcon aria-hidden="true" />
            <span aria-hidden="true">{formatNumber(counted.wrong, language)}</span>
            <span className="pf-v6-screen-reader">{t("wrong", { count: counted.wrong })}</span>
          </span>
        </>
      )}
    </>
  );
}
