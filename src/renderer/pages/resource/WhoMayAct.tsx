import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { WireError } from "../../../shared/errors.ts";
import type { MayDo } from "../../../shared/sign-in.ts";
import { useConsole } from "../../state/console.tsx";
import { useClient } from "../../state/live.ts";
import { isAborted, toWireError } from "../../state/wire-error.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";

/** Who may do what with one resource, where rights are told by roles; asked when it is unfolded. */
export function WhoMayAct({ id }: { id: string }) {
  const { t } = useTranslation("people");
  const { people } = useConsole();
  const [opened, setOpened] = useState(false);
  if (people.value?.roles !== true) return null;
  return (
    <details className="panel" open={opened} onToggle={(event) => setOpened(event.currentTarget.open)}>
      <summary>{t("whoMay")}</summary>
      {opened && <Holders key={people.value.me} id={id} />}
    </details>
  );
}

/** Made anew for whoever signs in: what is true of them is asked again. */
function Holders({ id }: { id: string }) {
  const { t } = useTranslation(["people", "common"]);
  const client = useClient();
  const [known, setKnown] = useState<MayDo | null>(null);
  const [error, setError] = useState<WireError | null>(null);
  useEffect(() => {
    const controller = new AbortController();
    client.people.mayDo({ resource: id }, { signal: controller.signal }).then(
      (answer) => {
        setKnown(answer);
        setError(null);
      },
      (thrown: unknown) => {
        if (!isAborted(thrown)) setError(toWireError(thrown));
      },
    );
    return () => controller.abort();
  }, [client, id]);
  if (error) return <ErrorNotice error={error} />;
  if (!known) return <p className="quiet">{t("common:loading")}</p>;
  return (
    <table className="facts-table">
      <caption className="pf-v6-screen-reader">{t("whoMay")}</caption>
      <thead>
        <tr>
          <th scope="col">{t("role")}</th>
          <th scope="col">{t("whoYou")}</th>
          <th scope="col">{t("whoHas")}</th>
        </tr>
      </thead>
      <tbody>
        {known.roles
          .filter(({ role }) => role !== "look")
          .map(({ role, allowed, holders }) => (
            <tr key={role}>
              <th scope="row">{t(`roles.${role}`)}</th>
              <td>{t(allowed ? "whoYes" : "whoNo")}</td>
              <td>{holders.length === 0 ? t("whoNobody") : holders.map(({ name }) => name).join(", ")}</td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}
