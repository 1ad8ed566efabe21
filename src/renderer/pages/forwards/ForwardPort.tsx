import { type FormEvent, useEffect, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { WireError } from "../../../shared/errors.ts";
import type { OfferedPort, PortForward } from "../../../shared/forwards.ts";
import { addressOf } from "../../state/forwards.ts";
import { useClient } from "../../state/live.ts";
import { isAborted, toWireError } from "../../state/wire-error.ts";
import { CopyButton } from "../../widgets/CopyButton.tsx";
import { DropPanel } from "../../widgets/DropPanel.tsx";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { InsideButton } from "../../widgets/InsideButton.tsx";
import { ExchangeAltIcon } from "../../widgets/icons.ts";
import { Notice } from "../../widgets/Notice.tsx";
import { Elsewhere } from "./Elsewhere.tsx";
import { portOf } from "./ports.ts";

/** A button that opens what a port forward needs to know: which port of the resource, and which of this machine. */
export function ForwardPort({ id, name }: { id: string; name: string }) {
  const { t } = useTranslation("forwards");
  return (
    <DropPanel label={t("forward")} icon={<ExchangeAltIcon aria-hidden="true" />}>
      <ForwardForm id={id} name={name} />
    </DropPanel>
  );
}

function ForwardForm({ id, name }: { id: string; name: string }) {
  const { t } = useTranslation("forwards");
  const client = useClient();
  const fields = useId();
  const { ports, error: portsError } = useOfferedPorts(id);
  const [remote, setRemote] = useState("");
  const [local, setLocal] = useState("");
  const [opening, setOpening] = useState(false);
  const [error, setError] = useState<WireError | null>(null);
  const [opened, setOpened] = useState<PortForward | null>(null);
  const remoteWords = remote === "" ? String(ports?.[0]?.port ?? "") : remote;
  const remotePort = portOf(remoteWords, 1);
  const localPort = local.trim() === "" ? null : portOf(local, 1024);
  const localWrong = local.trim() !== "" && localPort === null;
  const open = async (event: FormEvent) => {
    event.preventDefault();
    if (remotePort === null || localWrong || opening) return;
    setOpening(true);
    setError(null);
    setOpened(null);
    try {
      setOpened(await client.forwards.open({ resource: id, remotePort, localPort }));
    } catch (thrown) {
      setError(toWireError(thrown));
    } finally {
      setOpening(false);
    }
  };
  return (
    <form className="forward-form" onSubmit={open}>
      <Elsewhere />
      {portsError && <ErrorNotice error={portsError} />}
      {ports === null && !portsError && <p className="quiet">{t("looking")}</p>}
      {ports?.length === 0 && <p className="quiet">{t("noneDeclared")}</p>}
      {ports && ports.length > 0 && (
        <fieldset className="forward-ports" aria-label={t("declared")}>
          {ports.map(({ port, name: called }) => (
            <button
              key={`${port} ${called}`}
              type="button"
              className="tool-button"
              aria-pressed={port === remotePort}
              onClick={() => setRemote(String(port))}
            >
              {called === "" ? port : `${port} ${called}`}
            </button>
          ))}
        </fieldset>
      )}
      <div className="field">
        <label htmlFor={`${fields}-remote`}>{t("port", { name })}</label>
        <input
          id={`${fields}-remote`}
          type="text"
          inputMode="numeric"
          autoComplete="off"
          maxLength={5}
          value={remoteWords}
          onChange={(event) => setRemote(event.target.value)}
        />
        {remoteWords !== "" && remotePort === null && <p className="quiet">{t("badPort")}</p>}
      </div>
      <div className="field">
        <label htmlFor={`${fields}-local`}>{t("localPort")}</label>
        <input
          id={`${fields}-local`}
          type="text"
          inputMode="numeric"
          autoComplete="off"
          maxLength={5}
          placeholder={t("anyFree")}
          value={local}
          onChange={(event) => setLocal(event.target.value)}
        />
        {localWrong && <p className="quiet">{t("badLocalPort")}</p>}
      </div>
      <InsideButton
        subject={{ of: "part", resources: [id], part: "ports" }}
        type="submit"
        variant="primary"
        size="sm"
        isDisabled={remotePort === null || localWrong || opening}
      >
        {opening ? t("starting") : t("start")}
      </InsideButton>
      <div aria-live="polite">
        {error && <ErrorNotice error={error} />}
        {opened && (
          <Notice tone="success" title={t("opened", { port: opened.remotePort, address: addressOf(opened) })}>
            <CopyButton
              words={() => addressOf(opened)}
              label={t("copyAddress", { address: addressOf(opened) })}
            />
          </Notice>
        )}
      </div>
    </form>
  );
}

/** The ports that a resource says it listens on, asked for once. */
function useOfferedPorts(id: string): { ports: OfferedPort[] | null; error: WireError | null } {
  const client = useClient();
  const [state, setState] = useState<{ ports: OfferedPort[] | null; error: WireError | null }>({
    ports: null,
    error: null,
  });
  useEffect(() => {
    const controller = new AbortController();
    client.forwards.offered({ id }, { signal: controller.signal }).then(
      ({ ports }) => setState({ ports, error: null }),
      (thrown: unknown) => {
        if (!controller.signal.aborted && !isAborted(thrown)) {
          setState({ ports: null, error: toWireError(thrown) });
        }
      },
    );
    return () => controller.abort();
  }, [client, id]);
  return state;
}
