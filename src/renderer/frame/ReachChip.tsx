import { Popover } from "@patternfly/react-core";
import { useTranslation } from "react-i18next";
import type { Status } from "../../shared/status.ts";
import { useLanguage, useLocalText } from "../i18n/index.ts";
import { useConsole } from "../state/console.tsx";
import { Age } from "../widgets/Age.tsx";
import { formatMoment } from "../widgets/format.ts";
import {
  CheckCircleIcon,
  ClockIcon,
  ExclamationCircleIcon,
  NetworkWiredIcon,
  SyncAltIcon,
} from "../widgets/icons.ts";

const tones = { inside: "fine", outside: "danger", unknown: "warning" } as const;
const hopIcons = {
  idle: ClockIcon,
  connecting: SyncAltIcon,
  connected: CheckCircleIcon,
  failed: ExclamationCircleIcon,
} as const;
const hopTones = { idle: "unknown", connecting: "info", connected: "ok", failed: "critical" } as const;

/** Whether this workstation stands inside the allowlist; opens into the hops and the forwards. */
export function ReachChip() {
  const { t } = useTranslation(["frame", "common"]);
  const reach = useConsole().status.value?.reach;
  if (!reach) return null;
  return (
    <Popover
      aria-label={t("reach.title")}
      bodyContent={<ReachDetails reach={reach} />}
      position="bottom-end"
      minWidth="22rem"
      closeBtnAriaLabel={t("common:close")}
    >
      <button
        type="button"
        className={`chip chip-${tones[reach.state]}`}
        aria-label={`${t("reach.label")}: ${t(`reach.${reach.state}`)}`}
      >
        <NetworkWiredIcon aria-hidden="true" />
        <span>{t(`reach.${reach.state}`)}</span>
      </button>
    </Popover>
  );
}

/** From where a hop sees this workstation, whether that is inside, and how old the observation is. */
function SeenFrom({ seen: { state, text, at } }: { seen: Status["reach"]["hops"][number]["seen"] }) {
  const { t } = useTranslation("frame");
  const local = useLocalText();
  return (
    <p className={`reach-seen is-${state}`}>
      {local(text)} {state !== "unknown" && <strong>{t(`reach.${state}`)}</strong>}
      {at !== null && (
        <>
          {" "}
          <Age at={at} form="asOf" />
        </>
      )}
    </p>
  );
}

function ReachDetails({ reach }: { reach: Status["reach"] }) {
  const { t } = useTranslation(["frame", "common"]);
  const local = useLocalText();
  const language = useLanguage();
  return (
    <div className="reach-details">
      <h2>{t("reach.title")}</h2>
      <p>{local(reach.text)}</p>
      {reach.outside.length > 0 && (
        <>
          <h3>{t("reach.outsideOf")}</h3>
          <ul>
            {reach.outside.map(({ system, text }) => (
              <li key={system}>
                <strong>{system}</strong> <p className="quiet">{local(text)}</p>
              </li>
            ))}
          </ul>
        </>
      )}
      <h3>{t("reach.hops")}</h3>
      {reach.hops.length === 0 && <p className="quiet">{t("reach.noHops")}</p>}
      <ul>
        {reach.hops.map((hop) => {
          const Icon = hopIcons[hop.state];
          return (
            <li key={hop.id}>
              <span className={`health health-${hopTones[hop.state]}`}>
                <Icon aria-hidden="true" />
                <span className="health-word">{t(`reach.hopState.${hop.state}`)}</span>
              </span>{" "}
              <strong>{hop.name}</strong>
              {hop.state === "connected" && (
                <span className="quiet">
                  {" "}
                  {t("reach.channels", { count: hop.channels })}
                  {hop.since !== null && `, ${t("reach.since", { time: formatMoment(hop.since, language) })}`}
                </span>
              )}
              {local(hop.text) !== "" && <p className="quiet">{local(hop.text)}</p>}
              <SeenFrom seen={hop.seen} />
            </li>
          );
        })}
      </ul>
      <h3>{t("reach.forwards")}</h3>
      {reach.forwards.length === 0 ? (
        <p className="quiet">{t("reach.noForwards")}</p>
      ) : (
        <ul>
          {reach.forwards.map((forward) => (
            <li key={forward.localPort}>
              {t("reach.forward", { port: forward.localPort, target: forward.target })},{" "}
              <span className="quiet">{t("reach.users", { count: forward.users })}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
