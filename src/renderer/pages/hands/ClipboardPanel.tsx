import { Button } from "@patternfly/react-core";
import { useId, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { CopyButton } from "../../widgets/CopyButton.tsx";
import { DropPanel } from "../../widgets/DropPanel.tsx";
import { PasteIcon } from "../../widgets/icons.ts";
import type { MachineScreen } from "./machine-screen.ts";
import { longestTyping } from "./typing.ts";

/** Characters; what main takes in one message is far more. */
const longestClipboard = 100_000;

/**
 * Text to the machine, by its clipboard or typed key by key where there is none (AMT, a BIOS), and the text that the
 * machine offers.
 */
export function ClipboardPanel({ screen }: { screen: MachineScreen }) {
  const { t } = useTranslation("hands");
  return (
    <DropPanel label={t("clipboard.title")} icon={<PasteIcon aria-hidden="true" />}>
      <Texts screen={screen} />
    </DropPanel>
  );
}

/** What is written here may be a password: it is gone once the panel is closed. */
function Texts({ screen }: { screen: MachineScreen }) {
  const { t } = useTranslation("hands");
  const state = useSyncExternalStore(screen.subscribe, screen.read);
  const [words, setWords] = useState("");
  const [given, setGiven] = useState(false);
  const id = useId();
  const ready = state.phase === "live" && !state.watchOnly && words !== "";
  const tooLong = words.length > longestTyping;
  const { typing } = state;
  return (
    <div className="clipboard-panel">
      <label htmlFor={id}>{t("clipboard.send")}</label>
      <textarea
        id={id}
        rows={4}
        spellCheck={false}
        maxLength={longestClipboard}
        value={words}
        onChange={(event) => {
          setWords(event.target.value);
          setGiven(false);
        }}
      />
      {/* AMT has no clipboard. */}
      {state.opened?.route !== "amt-redirection" && (
        <Button
          variant="secondary"
          size="sm"
          isDisabled={!ready}
          onClick={() => {
            screen.sendClipboard(words);
            setGiven(true);
          }}
        >
          {t("clipboard.give")}
        </Button>
      )}
      {typing ? (
        <Button variant="secondary" size="sm" onClick={() => screen.stopTyping()}>
          {t("clipboard.stop", { done: typing.done, total: typing.total })}
        </Button>
      ) : (
        <Button
          variant="secondary"
          size="sm"
          isDisabled={!ready || tooLong}
          onClick={() => void screen.type(words)}
        >
          {t("clipboard.type")}
        </Button>
      )}
      <p className="quiet" aria-live="polite">
        {given
          ? t("clipboard.given")
          : tooLong
            ? t("clipboard.tooLong", { most: longestTyping })
            : t("clipboard.typeHint")}
      </p>
      {state.clipboard !== null && (
        <>
          <p>{t("clipboard.offered")}</p>
          <pre className="clipboard-offered">{state.clipboard.slice(0, longestTyping)}</pre>
          <CopyButton words={() => state.clipboard ?? ""} />
        </>
      )}
    </div>
  );
}
