import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { levels, rightsAt } from "../../../shared/roles.ts";
import type { OwnRights as Rights } from "../../../shared/sign-in.ts";
import { useLanguage } from "../../i18n/index.ts";
import type { Client } from "../../state/client.ts";
import { useLive } from "../../state/live.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { formatMoment } from "../../widgets/format.ts";
import { Notice } from "../../widgets/Notice.tsx";
import { isInForce, RoleTime } from "./RoleTime.tsx";

const watch = (client: Client, signal: AbortSignal) => client.people.rights(undefined, { signal });

/** What whoever works at this window may do: at which places, from where it comes, and until when. */
export function OwnRights() {
  const { t } = useTranslation("people");
  return (
    <section className="panel" aria-labelledby="people-rights">
      <h2 id="people-rights">{t("mayDo")}</h2>
      <RightsInWords places />
    </section>
  );
}

/** The same as sentences, with the table of all `places` or without. */
export function RightsInWords({ places = false }: { places?: boolean }) {
  const { t } = useTranslation(["people", "common"]);
  const language = useLanguage();
  const { value, error, retry } = useLive(useCallback(watch, []));
  if (!value) {
    return error ? (
      <ErrorNotice error={error} retry={retry} />
    ) : (
      <p className="quiet">{t("common:loading")}</p>
    );
  }
  const { extent, taken, held } = value;
  if (extent === "everything") return <p>{t("mayEverything")}</p>;
  if (extent === "nothing") return <p>{t("mayNothing")}</p>;
  return (
    <>
      {error && <ErrorNotice error={error} retry={retry} />}
      {taken && (
        <Notice tone="warning" title={t("mayByGlass", { until: formatMoment(taken.until, language) })}>
          <p>{t("glassReason", { reason: taken.reason })}</p>
        </Notice>
      )}
      {held.length === 0 && !taken && <p>{t("mayOnlyLook")}</p>}
      {places && held.length > 0 && <Places rights={value} />}
      {held.length > 0 && (
        <ul className="rights-held">
          {held.map((one) => (
            <HeldRole key={JSON.stringify(one)} held={one} rights={value} />
          ))}
        </ul>
      )}
    </>
  );
}

function HeldRole({ held, rights }: { held: Rights["held"][number]; rights: Rights }) {
  const { t } = useTranslation("people");
  const { grant, standing, file, line } = held;
  const { role, sites, environments } = grant;
  return (
    <li>
      <strong>{t(`roles.${role}`)}</strong>{" "}
      {t("mayAt", {
        sites: sites ? namesOf(sites, rights.sites) : t("all"),
        environments: environments ? namesOf(environments, rights.environments) : t("all"),
      })}
      <RoleTime grant={grant} standing={standing} />{" "}
      {file !== null && line !== null && (
        <span className="quiet">
          {t("mayFrom")}{" "}
          <code title={file}>
            {nameOf(file)}:{line}
          </code>
        </span>
      )}
    </li>
  );
}

/** A file without the folders that it is in. */
function nameOf(file: string): string {
  return file.split(/[\\/]/).at(-1) ?? file;
}

function namesOf(ids: readonly string[], known: Rights["sites"]): string {
  return ids.map((id) => known.find((one) => one.id === id)?.name ?? id).join(", ");
}

/** Each site with each environment; the last row and column are what the estate places nowhere. */
function Places({ rights: { held, sites, environments } }: { rights: Rights }) {
  const { t } = useTranslation("people");
  const grants = held.flatMap(({ grant, standing }) => (isInForce(standing) ? [grant] : []));
  const rows = [...sites, null];
  const columns = [...environments, null];
  return (
    <div className="rights-places">
      <Table variant="compact" aria-label={t("mayPlaces")} className="plain-table">
        <Thead>
          <Tr>
            <Th>{t("maySite")}</Th>
            {columns.map((environment) => (
              <Th key={environment?.id ?? ""}>{environment?.name ?? t("mayNoEnvironment")}</Th>
            ))}
          </Tr>
        </Thead>
        <Tbody>
          {rows.map((site) => (
            <Tr key={site?.id ?? ""}>
              <Th scope="row">{site?.name ?? t("mayNoSite")}</Th>
              {columns.map((environment) => (
                <Td key={environment?.id ?? ""}>
                  <Here
                    {...rightsAt(grants, { site: site?.id ?? null, environment: environment?.id ?? null })}
                  />
                </Td>
              ))}
            </Tr>
          ))}
        </Tbody>
      </Table>
    </div>
  );
}

function Here({ level, approve }: ReturnType<typeof rightsAt>) {
  const { t } = useTranslation("people");
  // Whoever may do nothing may look: that needs no role.
  const upTo = levels.slice(0, levels.indexOf(level ?? "look") + 1);
  const all = approve ? [...upTo, "approve" as const] : upTo;
  return all.map((role) => t(`roles.${role}`)).join(", ");
}
