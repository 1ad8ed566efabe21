import { Button, Popover } from "@patternfly/react-core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { WireError } from "../../shared/errors.ts";
import type { PortForward } from "../../shared/forwards.ts";
import { useLanguage } from "../i18n/index.ts";
import { Elsewhere } from "../pages/forwards/Elsewhere.tsx";
import { addressOf, useForwards } from "../state/forwards.ts";
import { useClient } from "../state/live.ts";
import { placeTo } from "../state/router.ts";
import { toWireError } from "../state/wire-error.ts";
import { CopyButton } from "../widgets/CopyButton.tsx";
import { ErrorNotice } from "../widgets/ErrorNotice.tsx";
import { formatMoment } from "../widgets/format.ts";
import { ExchangeAltIcon } from "../widgets/icons.ts";

/** The ports that are forwarded now: no open forward is out of sight, and one that fails says so. */
export function ForwardsChip() {
  const { t } = useTranslation(["forwards", "common"]);
  const forwards = useForwards().value?.forwards ?? [];
  if (forwards.length === 0) return null;
  const failing = forwards.some(({ error }) => error !== null);
  return (
    <Popover
      aria-label={t("openList")}
      position="bottom-end"
      minWidth="26rem"
      closeBtnAriaLabel={t("common:close")}
      bodyContent={<OpenForwards forwards={forwards} />}
    >
      <button type="button" className={`chip chip-${failing ? "warning" : "plain"}`}>
        <ExchangeAltIcon aria-hidden="true" />
        <span>
          {t("open", { count: forwards.length })}
          {failing && ` · ${t("failing")}`}
        </span>
      </button>
    </Popover>
  );
}

function OpenForwards({ forwards }: { forwards: readonly PortForward[] }) {
  const { t } = useTranslation("forwards");
  return (
    <>
      <Elsewhere />
      <ul className="forward-list" aria-label={t("openList")}>
        {forwards.map((forward) => (
          <Forward key={forward.id} forward={forward} />
        ))}
      </ul>
    </>
  );
}

function Forward({ forward }: { forward: PortForward }) {
  const { t } = useTranslation("forwards");
  const language = useLanguage();
  const client = useClient();
  const [error, setError] = useState<WireError | null>(null);
  const { id, resource, name, remotePort, connections, served, openedAt } = forward;
  const address = addressOf(forward);
  const wrong = error ?? forward.error;
  const close = () => {
    setError(null);
    client.forwards.close({ id }).catch((thrown: unknown) => setError(toWireError(thrown)));
  };
  return (
    <li>
      <a href={placeTo("resource", resource)}>{name}</a>
      <p>{t("leads", { address, port: remotePort })}</p>
      <p className="quiet">
        {t("connections", { count: connections })}, {t("served", { count: served })},{" "}
        {t("since", { time: formatMoment(openedAt, language) })}
      </p>
      {wrong && <ErrorNotice error={wrong} />}
      <div className="forward-row">
        <CopyButton words={() => address} label={t("copyAddress", { address })} />
        <Button
          variant="secondary"
          size="sm"
          aria-label={t("closeOf", { port: remotePort, name })}
          onClick={close}
        >
          {t("close")}
        </Button>
      </div>
    </li>
  );
}
