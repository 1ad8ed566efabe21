import { Button, Popover } from "@patternfly/react-core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { WireError } from "../../shared/errors.ts";
import { type VaultSeen, wholeVault } from "../../shared/vaults.ts";
import { useClient } from "../state/live.ts";
import { useOverlays } from "../state/overlays.ts";
import { placeTo } from "../state/router.ts";
import { useVaults } from "../state/vaults.ts";
import { toWireError } from "../state/wire-error.ts";
import { ErrorNotice } from "../widgets/ErrorNotice.tsx";
import { InsideButton } from "../widgets/InsideButton.tsx";
import { KeyIcon, LockIcon } from "../widgets/icons.ts";
import { useTimedWords } from "../widgets/ticker.ts";

/** Seconds before its end from which a token that will not be renewed is told. */
const near = 900;

/** How a Vault that serves nothing is found. */
type Shut = Exclude<VaultSeen["found"], "open" | null>;

/** Whether the estate's Vaults serve, who is signed in to them and for how long; opens to sign in and out. */
export function VaultsChip() {
  const { t } = useTranslation(["vaults", "common"]);
  const vaults = (useVaults().value?.vaults ?? []).filter(({ method }) => method !== null);
  const words = useTimedWords((now) => chipWords(vaults, now));
  if (vaults.length === 0) return null;
  const [state, name] = words.split("\n");
  const calm = state === "in" || state === "ready";
  const Icon = state === "in" ? KeyIcon : LockIcon;
  return (
    <Popover
      aria-label={t("list")}
      position="bottom-end"
      minWidth="24rem"
      closeBtnAriaLabel={t("common:close")}
      bodyContent={
        <ul className="forward-list" aria-label={t("list")}>
          {vaults.map((standing) => (
            <Vault key={standing.id} standing={standing} />
          ))}
        </ul>
      }
    >
      <button type="button" className={`chip chip-${calm ? "fine" : "warning"}`}>
        <Icon aria-hidden="true" />
        <span>{t(`chip.${state as "in" | "ready" | "out" | "near" | Shut}`, { name: name ?? "" })}</span>
      </button>
    </Popover>
  );
}

/** What the chip says, and of which Vault: the first that wants somebody. Joined by a line end. */
function chipWords(vaults: readonly VaultSeen[], now: number): string {
  const isNear = ({ state, renewable, expiresAt, endsAt }: VaultSeen) => {
    const end = endsAt ?? (renewable ? null : expiresAt);
    return state === "signed-in" && end !== null && end - now < near * 1000;
  };
  const shut = vaults.find(({ found }) => found !== null && found !== "open");
  if (shut) return `${shut.found}\n${shut.name}`;
  const out = vaults.find(({ state, needsPerson, error }) => state !== "signed-in" && (needsPerson || error));
  if (out) return `out\n${out.name}`;
  const ending = vaults.find((standing) => standing.needsPerson && isNear(standing));
  if (ending) return `near\n${ending.name}`;
  const [first] = vaults;
  return `${vaults.some(({ state }) => state === "signed-in") ? "in" : "ready"}\n${first?.name ?? ""}`;
}

function Vault({ standing }: { standing: VaultSeen }) {
  const { t } = useTranslation("vaults");
  const client = useClient();
  const openQuestions = useOverlays((overlays) => overlays.openQuestions);
  const [error, setError] = useState<WireError | null>(null);
  const [busy, setBusy] = useState(false);
  const { id, name, state, who, method, needsPerson, found } = standing;
  const life = useTimedWords((now) => lifeWords(standing, now, t));
  const change = async (work: () => Promise<unknown>) => {
    setBusy(true);
    setError(null);
    try {
      await work();
    } catch (thrown) {
      setError(toWireError(thrown));
    } finally {
      setBusy(false);
    }
  };
  const signIn = () => {
    if (needsPerson) openQuestions(true, name);
    void change(() => client.vaults.signIn({ vault: id }));
  };
  const wrong = error ?? standing.error;
  const isIn = state === "signed-in";
  return (
    <li>
      <strong>{name}</strong>
      {found !== null && found !== "open" && (
        <p>
          {t(`shut.${found}`)} <a href={placeTo("resource", wholeVault(id))}>{t("lookAt", { name })}</a>
        </p>
      )}
      <p>{isIn ? t("signedIn", { who: who ?? t("somebody") }) : t(`states.${state}`)}</p>
      <p className="quiet">
        {t("method", { method: method ?? "" })}
        {isIn && `, ${life}`}
      </p>
      {isIn && standing.policies.length > 0 && (
        <p className="quiet">{t("policies", { policies: standing.policies.join(", ") })}</p>
      )}
      {wrong && <ErrorNotice error={wrong} />}
      <div className="forward-row">
        {isIn ? (
          <Button
            variant="secondary"
            size="sm"
            isDisabled={busy}
            aria-label={t("signOutOf", { name })}
            onClick={() => void change(() => client.vaults.signOut({ vault: id }))}
          >
            {t("signOut")}
          </Button>
        ) : (
          <InsideButton
            subject={{ of: "system", system: id }}
            variant="primary"
            size="sm"
            isDisabled={busy || state === "signing-in"}
            aria-label={t("signInTo", { name })}
            onClick={signIn}
          >
            {t("signIn")}
          </InsideButton>
        )}
      </div>
    </li>
  );
}

type Translate = ReturnType<typeof useTranslation<"vaults">>["t"];

/** How long the token lives yet, and whether it is renewed. */
function lifeWords({ expiresAt, endsAt, renewable }: VaultSeen, now: number, t: Translate): string {
  if (expiresAt === null) return t("endless");
  const minutes = (moment: number) => Math.max(0, Math.round((moment - now) / 60_000));
  if (endsAt !== null) return t("endsIn", { count: minutes(endsAt) });
  return renewable
    ? t("renewedWithin", { count: minutes(expiresAt) })
    : t("endsIn", { count: minutes(expiresAt) });
}
