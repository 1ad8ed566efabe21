import "../../styles/topology.css";
import { Button } from "@patternfly/react-core";
import { useCallback, useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Topology as Shown } from "../../../shared/topology.ts";
import type { Client } from "../../state/client.ts";
import { useLive } from "../../state/live.ts";
import { navigate, placeTo, usePlace } from "../../state/router.ts";
import { placeOfTopology } from "../../state/topology-place.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { Notice } from "../../widgets/Notice.tsx";
import { Centre } from "./Centre.tsx";
import { type Held, useHeldPicture, withUnchanged } from "./held-picture.ts";
import { Outline } from "./Outline.tsx";
import { Picture } from "./Picture.tsx";
import { Sites } from "./Sites.tsx";
import { useBusy } from "./use-busy.ts";
import { useMoreWords } from "./words.ts";

/** What stands at a site and how it hangs together, to look at and to walk; without a site, which ones there are. */
export default function Topology({ site }: { site: string | null }) {
  const { query } = usePlace();
  return site === null ? <Sites /> : <SiteTopology key={site} site={site} around={query.get("around")} />;
}

function SiteTopology({ site, around }: { site: string; around: string | null }) {
  const { t } = useTranslation(["topology", "common"]);
  const { value, error, retry } = useTopology(site, around);
  const { busy, watch } = useBusy();
  const { held: latest, redraw } = useHeldPicture(value, busy);
  // A large picture is drawn in pieces between other work: what is pressed meanwhile comes first.
  const held = useDeferredValue(latest, null);
  const { walk, back } = useWalks(site, around);
  return (
    <div className="page topology-page">
      <div className="topology-head">
        <h1>{t("titleOf", { name: value?.siteName ?? site })}</h1>
        <Button variant="secondary" size="sm" isDisabled={back === null} onClick={() => back?.()}>
          {t("back")}
        </Button>
        {around !== null && <a href={placeOfTopology(site)}>{t("wholeSite")}</a>}
        <a href={placeTo("topology")}>{t("otherSites")}</a>
      </div>
      {error && <ErrorNotice error={error} retry={retry} />}
      {held === null && !error && <p className="quiet">{t("common:loading")}</p>}
      {held && (
        <>
          <Told held={held} wanted={value?.around === around ? null : around} redraw={redraw} />
          <div className="topology-body" ref={watch}>
            <Picture held={held} onWalk={walk} onBack={() => back?.()} />
            <Beside held={held} />
          </div>
        </>
      )}
    </div>
  );
}

/** What has to be said above a picture: nothing there, something that is not known, changes that are not drawn. */
function Told({ held, wanted, redraw }: { held: Held; wanted: string | null; redraw: () => void }) {
  const { t } = useTranslation("topology");
  const { drawn, gone, came, relinked } = held;
  const isLost = wanted !== null && drawn.around === null;
  return (
    <div aria-live="polite">
      {drawn.things.length === 0 && <Notice tone="info" title={t("nothing")} />}
      {isLost && <Notice tone="info" title={t("notKnown", { id: wanted.split("\n").at(-1) ?? wanted })} />}
      {(came > 0 || gone.size > 0 || relinked) && (
        <p className="topology-changed">
          {relinked ? t("relinked") : t("changed", { came, gone: gone.size })}{" "}
          <Button variant="link" isInline onClick={redraw}>
            {t("redraw")}
          </Button>
        </p>
      )}
    </div>
  );
}

function Beside({ held }: { held: Held }) {
  const { t } = useTranslation("topology");
  const moreWords = useMoreWords();
  const { things, around, more } = held.drawn;
  const centre = things.find(({ id }) => id === around);
  // The picture first: the list comes with the next piece of work.
  const listed = useDeferredValue(held, null);
  return (
    <div className="topology-beside">
      {centre && <Centre thing={centre} />}
      {more.length > 0 && <p>{t("notDrawn", { words: moreWords(more).join(", ") })}</p>}
      {listed && <Outline held={listed} />}
    </div>
  );
}

/** The topology of now; while another is walked to, the one before it stays. */
function useTopology(site: string, around: string | null) {
  const open = useCallback(
    (client: Client, signal: AbortSignal) => client.topology.watch({ site, around }, { signal }),
    [site, around],
  );
  const { value, error, retry } = useLive(open);
  const [last, setLast] = useState<{ frame: Shown; shown: Shown } | null>(null);
  if (value !== null && value !== last?.frame) {
    setLast({ frame: value, shown: withUnchanged(last?.shown ?? null, value) });
  }
  return { value: last?.shown ?? null, error, retry };
}

/** Walking leaves steps for the browser's back button; where none was made here, back is the whole site. */
function useWalks(site: string, around: string | null) {
  const [trail, setTrail] = useState([around]);
  if (trail.at(-1) !== around) {
    setTrail(trail.at(-2) === around ? trail.slice(0, -1) : [...trail, around]);
  }
  const walk = (id: string) => {
    if (id !== around) navigate(placeOfTopology(site, id));
  };
  const toSite = around === null ? null : () => navigate(placeOfTopology(site));
  return { walk, back: trail.length > 1 ? () => window.history.back() : toSite };
}
