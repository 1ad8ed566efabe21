import { useTranslation } from "react-i18next";
import type { DrainView } from "../../../shared/drain.ts";
import { useLocalText } from "../../i18n/index.ts";
import { placeTo } from "../../state/router.ts";
import { Age } from "../../widgets/Age.tsx";
import { Notice } from "../../widgets/Notice.tsx";
import { heldUp } from "./outcomes.ts";

const mostNamed = 5;

/** What holds the drain up, in whole sentences: which pod, why, and what would free it. */
export function Holds({ view }: { view: DrainView }) {
  const { t } = useTranslation("drain");
  const local = useLocalText();
  const held = heldUp(view.pods);
  const isPreview = view.phase === "preview";
  return (
    <div aria-live="polite">
      {held.length > 0 && (
        <Notice tone="warning" title={t(isPreview ? "wouldWait" : "waits", { count: held.length })}>
          <ul className="drain-holds">
            {held.slice(0, mostNamed).map((pod) => (
              <li key={pod.uid}>
                <a href={placeTo("resource", pod.resource)}>
                  {pod.namespace}/{pod.name}
                </a>{" "}
                {pod.reason && local(pod.reason)}{" "}
                {!isPreview && (
                  <span className="quiet">
                    <Age at={pod.since} />
                  </span>
                )}
              </li>
            ))}
          </ul>
          {held.length > mostNamed && <p>{t("andMore", { count: held.length - mostNamed })}</p>}
        </Notice>
      )}
    </div>
  );
}
