import { Button } from "@patternfly/react-core";
import { type ReactNode, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "../../i18n/index.ts";
import { DropPanel } from "../../widgets/DropPanel.tsx";
import { formatMoment } from "../../widgets/format.ts";
import {
  CameraIcon,
  CircleIcon,
  ExpandIcon,
  EyeIcon,
  KeyboardIcon,
  StopIcon,
  WindowRestoreIcon,
} from "../../widgets/icons.ts";
import { ClipboardPanel } from "./ClipboardPanel.tsx";
import { ctrlAltDel, functionKey, type Key, namedKeys, namedKeysInOrder } from "./keys.ts";
import type { MachineScreen } from "./machine-screen.ts";
import { fileNameOf, saveFile } from "./save-file.ts";

/** What can be done with the picture: keys, clipboard, screenshot, recording, size, window. */
export function ScreenTools({
  screen,
  name,
  onFullScreen,
  onDetach,
  children,
}: {
  screen: MachineScreen;
  name: string;
  onFullScreen: () => void;
  /** Left out where the page has a window of its own. */
  onDetach?: (() => void) | undefined;
  children?: ReactNode;
}) {
  const { t } = useTranslation("hands");
  const state = useSyncExternalStore(screen.subscribe, screen.read);
  const live = state.phase === "live";
  const canType = live && !state.watchOnly;
  const press = (combination: readonly Key[]) => {
    screen.press(combination);
    screen.focus();
  };
  return (
    <fieldset className="hands-row" aria-label={t("toolsOf", { name })}>
      <Button variant="secondary" size="sm" isDisabled={!canType} onClick={() => press(ctrlAltDel)}>
        {t("ctrlAltDel")}
      </Button>
      <KeysMenu disabled={!canType} onPress={press} />
      <ClipboardPanel screen={screen} />
      <Screenshot screen={screen} name={name} />
      <Record screen={screen} />
      <ToggleButton pressed={state.fit} title={t("fitHint")} onClick={() => screen.fit(!state.fit)}>
        {t("fit")}
      </ToggleButton>
      <ToggleButton
        icon={<EyeIcon aria-hidden="true" />}
        pressed={state.watchOnly}
        onClick={() => screen.watchOnly(!state.watchOnly)}
      >
        {t("watchOnly")}
      </ToggleButton>
      <button type="button" className="tool-button" onClick={onFullScreen}>
        <ExpandIcon aria-hidden="true" />
        {t("fullScreen")}
      </button>
      {onDetach && (
        <button type="button" className="tool-button" onClick={onDetach}>
          <WindowRestoreIcon aria-hidden="true" />
          {t("detach")}
        </button>
      )}
      {children}
      {(live || state.phase === "opening") && (
        <Button variant="link" size="sm" aria-label={t("closeHint")} onClick={() => screen.close()}>
          {t("close")}
        </Button>
      )}
    </fieldset>
  );
}

function ToggleButton({
  pressed,
  icon,
  title,
  onClick,
  children,
}: {
  pressed: boolean;
  title?: string;
  icon?: ReactNode;
  onClick: () => void;
  children: ReactNode;
}) {
  return (
    <button type="button" className="tool-button" aria-pressed={pressed} title={title} onClick={onClick}>
      {icon}
      {children}
    </button>
  );
}

const functionKeys = Array.from({ length: 12 }, (_, place) => functionKey(place + 1));

/** Keys that the browser or the window manager would keep for itself. */
function KeysMenu({
  disabled,
  onPress,
}: {
  disabled: boolean;
  onPress: (combination: readonly Key[]) => void;
}) {
  const { t } = useTranslation("hands");
  return (
    <DropPanel label={t("keys")} icon={<KeyboardIcon aria-hidden="true" />}>
      <fieldset className="key-grid" aria-label={t("functionKeys")}>
        {functionKeys.map((key) => (
          <button key={key.code} type="button" disabled={disabled} onClick={() => onPress([key])}>
            {key.code}
          </button>
        ))}
      </fieldset>
      <fieldset className="key-grid" aria-label={t("otherKeys")}>
        {namedKeysInOrder.map((id) => (
          <button key={id} type="button" disabled={disabled} onClick={() => onPress(namedKeys[id])}>
            {t(`keyNames.${id}`)}
          </button>
        ))}
      </fieldset>
    </DropPanel>
  );
}

function Screenshot({ screen, name }: { screen: MachineScreen; name: string }) {
  const { t } = useTranslation("hands");
  const { painted, pictureAt } = useSyncExternalStore(screen.subscribe, screen.read);
  const [said, setSaid] = useState("");
  const take = async () => {
    const picture = await screen.picture();
    if (!picture) {
      setSaid(t("noPicture"));
      return;
    }
    const file = fileNameOf(name, painted ? Date.now() : (pictureAt ?? Date.now()), "png");
    saveFile(picture, file);
    setSaid(t("pictureSaved", { file }));
  };
  return (
    <>
      <button type="button" className="tool-button" disabled={pictureAt === null} onClick={() => void take()}>
        <CameraIcon aria-hidden="true" />
        {t("screenshot")}
      </button>
      <span className="pf-v6-screen-reader" aria-live="polite">
        {said}
      </span>
    </>
  );
}

/** Recording begins with a session of its own: the screen is opened anew. */
function Record({ screen }: { screen: MachineScreen }) {
  const { t } = useTranslation("hands");
  const language = useLanguage();
  const { phase, recording } = useSyncExternalStore(screen.subscribe, screen.read);
  if (!recording) {
    return (
      <button
        type="button"
        className="tool-button"
        disabled={phase !== "live"}
        title={t("recordHint")}
        onClick={() => screen.open({ record: true })}
      >
        <CircleIcon aria-hidden="true" className="record-mark" />
        {t("record")}
      </button>
    );
  }
  return (
    <button
      type="button"
      className="tool-button is-recording"
      title={t("recordingSince", { time: formatMoment(recording.startedAt, language) })}
      onClick={() => screen.open()}
    >
      <StopIcon aria-hidden="true" />
      {t("stopRecording")}
    </button>
  );
}
