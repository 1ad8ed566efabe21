import "@xterm/xterm/css/xterm.css";
import { Button } from "@patternfly/react-core";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import type { ConsoleOffer } from "../../../shared/resource-detail.ts";
import { useLocalText } from "../../i18n/index.ts";
import { useClient } from "../../state/live.ts";
import { useOpenTerminals } from "../../state/open-terminals.ts";
import { useQuestionsInTheWay } from "../../state/questions.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { Notice } from "../../widgets/Notice.tsx";
import { SearchBar } from "./SearchBar.tsx";
import { screenOf } from "./screens.ts";
import type { ShellScreen } from "./session.ts";

/** A shell on a resource. It opens at once, stays open while other pages are looked at, and says why it ended. */
export default function Terminal({
  id,
  name,
  consoles,
}: {
  id: string;
  name: string;
  consoles: readonly ConsoleOffer[];
}) {
  const { t } = useTranslation("terminal");
  const local = useLocalText();
  const client = useClient();
  const offers = consoles.filter(({ kind }) => kind !== "screen");
  const [chosen, setChosen] = useState<string | null>(null);
  const offer = offers.find(({ system }) => system === chosen) ?? offers[0];
  // What is open stays in sight, whatever has come in the way of opening it now.
  const isOpen = useOpenTerminals(({ open }) => open.some(({ key }) => key === `${id} ${offer?.system}`));
  if (!offer) return <p className="quiet">{t("none")}</p>;
  return (
    <>
      {offers.length > 1 && (
        <fieldset className="button-row" aria-label={t("which")}>
          {offers.map(({ kind, system }) => (
            <Button
              key={system}
              size="sm"
              variant={system === offer.system ? "primary" : "secondary"}
              aria-pressed={system === offer.system}
              onClick={() => setChosen(system)}
            >
              {t(`kinds.${kind}`, { system })}
            </Button>
          ))}
        </fieldset>
      )}
      {offer.unavailable && !isOpen ? (
        <p className="quiet" role="status">
          {local(offer.unavailable)}
        </p>
      ) : (
        <Screen
          key={offer.system}
          screen={screenOf(id, offer.system, name, client)}
          kind={offer.kind === "serial" ? "serial" : "shell"}
          id={id}
          name={name}
        />
      )}
    </>
  );
}

interface ScreenProps {
  screen: ShellScreen;
  /** What is opened and closed there. */
  kind: "shell" | "serial";
  id: string;
  name: string;
}

function Screen({ screen, kind, id, name }: ScreenProps) {
  const { t } = useTranslation("terminal");
  const place = useRef<HTMLDivElement>(null);
  const state = useSyncExternalStore(screen.subscribe, screen.read);
  const [searching, setSearching] = useState(false);
  useEffect(() => {
    if (!place.current) return;
    const detach = screen.attach(place.current);
    void screen.connect();
    screen.terminal.focus();
    return detach;
  }, [screen]);
  useEffect(() => {
    screen.terminal.attachCustomKeyEventHandler((event) => {
      if (event.type !== "keydown" || !event.ctrlKey || !event.shiftKey) return true;
      const act = shortcuts[event.code];
      if (!act) return true;
      event.preventDefault();
      act(screen, () => setSearching(true));
      return false;
    });
  }, [screen]);
  return (
    <div className="terminal">
      <div className="terminal-bar">
        <State screen={screen} kind={kind} id={id} name={name} />
        <span className="quiet terminal-keys">{t("keys")}</span>
        {state.phase === "ended" ? (
          <Button variant="primary" size="sm" onClick={() => void screen.connect()}>
            {t(`reconnect.${kind}`)}
          </Button>
        ) : (
          <Button variant="secondary" size="sm" onClick={() => screen.disconnect()}>
            {t(`close.${kind}`)}
          </Button>
        )}
      </div>
      {searching && <SearchBar screen={screen} onClose={() => setSearching(false)} />}
      {state.phase === "ended" && state.error && <ErrorNotice error={state.error} />}
      <section className="terminal-place" ref={place} aria-label={t("screen")} />
    </div>
  );
}

const shortcuts: Record<string, (screen: ShellScreen, search: () => void) => void> = {
  KeyF: (_screen, search) => search(),
  KeyC: (screen) => {
    const selected = screen.terminal.getSelection();
    // Only the person's own key copies; a refusal by the browser leaves the clipboard as it was.
    if (selected !== "") navigator.clipboard.writeText(selected).catch(() => {});
  },
  // Tab belongs to the shell, so that the keyboard needs another way out (WCAG 2.1.2).
  KeyE: (screen) => {
    screen.terminal.blur();
    document.getElementById("tab-terminal")?.focus();
  },
};

function State({ screen, kind, id, name }: ScreenProps) {
  const { t } = useTranslation("terminal");
  const local = useLocalText();
  const state = useSyncExternalStore(screen.subscribe, screen.read);
  const waiting = useQuestionsInTheWay({ id, name }).length > 0;
  return (
    <div className="terminal-state" aria-live="polite">
      {state.phase === "opening" && (
        <>
          {t(`opening.${kind}`, { name })}
          {waiting && <Notice tone="warning" title={t("questions")} />}
        </>
      )}
      {state.phase === "live" && t("live")}
      {state.phase === "ended" && (
        <>
          {t("ended")}
          {state.reason
            ? ` · ${local(state.reason)}`
            : state.exitCode !== null && ` · ${t("endedWith", { code: state.exitCode })}`}
          {state.hint && <p className="quiet">{local(state.hint)}</p>}
        </>
      )}
    </div>
  );
}
