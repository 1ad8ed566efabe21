import "../../styles/hands.css";
import { Button } from "@patternfly/react-core";
import {
  type ReactNode,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { useTranslation } from "react-i18next";
import type { Task } from "../../../shared/action.ts";
import type { Resource } from "../../../shared/resource.ts";
import type { ResourceDetail } from "../../../shared/resource-detail.ts";
import type { LocalText } from "../../../shared/text.ts";
import { useLocalText } from "../../i18n/index.ts";
import { useConsole } from "../../state/console.tsx";
import { useClient } from "../../state/live.ts";
import { Notice } from "../../widgets/Notice.tsx";
import { leaveFullScreen, toggleFullScreen } from "./full-screen.ts";
import type { MachineScreen } from "./machine-screen.ts";
import { PowerRow } from "./PowerRow.tsx";
import { firstPictureOf } from "./picture-changes.ts";
import { ScreenTools } from "./ScreenTools.tsx";
import { Stage } from "./Stage.tsx";
import { screenOf } from "./screens.ts";
import { Trail } from "./Trail.tsx";
import { type FirstPicture, trailOf } from "./trail.ts";

interface MachineProperties {
  resource: Resource;
  detail: ResourceDetail;
  /** Where the keyboard goes when it leaves the picture. */
  onLeave: () => void;
  onDetach?: (() => void) | undefined;
  children?: ReactNode;
}

/** The hands on one machine: its screen, large; below it power, tools, and the trail of the last change of power. */
export function Machine(properties: MachineProperties) {
  const { resource, detail } = properties;
  const { t } = useTranslation(["hands", "terminal"]);
  const client = useClient();
  const [chosen, setChosen] = useState<string | null>(null);
  const offers = detail.consoles.filter(({ kind }) => kind === "screen");
  const offer = offers.find(({ system }) => system === chosen) ?? offers[0];
  return (
    <div className="hands">
      {offers.length > 1 && (
        <fieldset className="button-row" aria-label={t("which")}>
          {offers.map(({ system }) => (
            <Button
              key={system}
              size="sm"
              variant={system === offer?.system ? "primary" : "secondary"}
              aria-pressed={system === offer?.system}
              onClick={() => setChosen(system)}
            >
              {t("terminal:kinds.screen", { system })}
            </Button>
          ))}
        </fieldset>
      )}
      {offer ? (
        <Screen
          key={offer.system}
          screen={screenOf(resource.id, offer.system, resource.name, client)}
          unavailable={offer.unavailable}
          {...properties}
        />
      ) : (
        <>
          <div className="hands-stage hands-empty">
            <p className="hands-remark">{t("none")}</p>
          </div>
          <PowerTrail resource={resource} screen={null} />
          <PowerRow resource={resource} offers={detail.offers} />
        </>
      )}
    </div>
  );
}

function Screen({
  screen,
  unavailable,
  resource,
  detail,
  onLeave,
  onDetach,
  children,
}: MachineProperties & { screen: MachineScreen; unavailable: LocalText | null }) {
  const { t } = useTranslation("hands");
  const stage = useRef<HTMLElement>(null);
  const canOpen = unavailable === null;
  const { kept } = useSyncExternalStore(screen.subscribe, screen.read);
  useEffect(() => {
    // One that ended, or that somebody closed, waits for a person.
    if (canOpen && screen.read().phase === "closed") screen.open();
  }, [screen, canOpen]);
  const leave = () => {
    void leaveFullScreen().then(onLeave);
  };
  return (
    <>
      <Stage
        screen={screen}
        id={resource.id}
        name={resource.name}
        unavailable={unavailable}
        stage={stage}
        onLeave={leave}
      />
      <div className="hands-foot">
        <PowerTrail resource={resource} screen={screen} />
        <p className="quiet hands-hint">{t("hint")}</p>
      </div>
      <PowerRow resource={resource} offers={detail.offers} />
      <ScreenTools
        screen={screen}
        name={resource.name}
        onFullScreen={() => stage.current && void toggleFullScreen(stage.current)}
        onDetach={onDetach}
      >
        {children}
      </ScreenTools>
      {kept && <Kept trouble={kept.trouble} />}
    </>
  );
}

function Kept({ trouble }: { trouble: LocalText | null }) {
  const { t } = useTranslation("hands");
  const local = useLocalText();
  return (
    <div aria-live="polite">
      <Notice tone={trouble ? "warning" : "success"} title={t("recordings.kept")}>
        {trouble && <p>{local(trouble)}</p>}
      </Notice>
    </div>
  );
}

const noScreen = { subscribe: () => () => {}, read: () => null };

/** The trail stays until the next change of power, whether or not a screen is open. */
function PowerTrail({ resource, screen }: { resource: Resource; screen: MachineScreen | null }) {
  const tasks = useConsole().tasks.value?.tasks;
  const { subscribe, read } = screen ?? noScreen;
  const state = useSyncExternalStore<ReturnType<MachineScreen["read"]> | null>(subscribe, read);
  const changes = state?.changes;
  const watching = state !== null && state.phase !== "ended" && state.phase !== "closed";
  // The answer changes with every change of the picture, which is counted.
  const firstPicture = useCallback<FirstPicture>(
    (task, since) => (changes && screen ? screen.firstPicture(task, since) : firstPictureOf(task)),
    [screen, changes],
  );
  const trail = useMemo(
    () => trailOf(tasks ?? [], resource.id, firstPicture, watching),
    [tasks, resource.id, firstPicture, watching],
  );
  useRefreshAfter(resource.id, trail?.task ?? null);
  return trail && <Trail trail={trail} />;
}

/** Once a change of power is over the machine is read again, so that the row below the screen is not behind. */
function useRefreshAfter(id: string, task: Task | null): void {
  const client = useClient();
  const running = useRef<string | null>(null);
  const taskId = task?.id ?? null;
  const isOver = task !== null && task.endedAt !== null;
  useEffect(() => {
    if (!isOver) running.current = taskId;
    else if (running.current === taskId) {
      running.current = null;
      // Its schedule reads it anyway, and the page says how old what it shows is.
      client.resources.refresh({ ids: [id] }).catch(() => {});
    }
  }, [client, id, taskId, isOver]);
}
