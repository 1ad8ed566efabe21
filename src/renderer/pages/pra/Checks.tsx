import { Button } from "@patternfly/react-core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import {
  praDirections,
  type Readiness,
  type ReadinessCheck,
  readinessKinds,
  readinessStates,
} from "../../../shared/pra.ts";
import { useLocalText } from "../../i18n/index.ts";
import { placeTo } from "../../state/router.ts";
import { Age } from "../../widgets/Age.tsx";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { SyncAltIcon } from "../../widgets/icons.ts";
import { useDecision } from "../procedures/use-decision.ts";
import { CheckStateLabel, Toned } from "./labels.tsx";
import { type CheckFilter, facetCounts, fits } from "./reading.ts";

/** Lines that are shown before the rest is asked for. */
const shownAtFirst = 12;
const everything: CheckFilter = { state: null, kind: null, direction: null };

/**
 * What a plan needs and does not have, the worst first: each with what was found, how old its proof is, and the way to
 * mend it. What is ready is shown when its state is chosen.
 */
export function Checks({ plan, readiness }: { plan: string; readiness: Readiness }) {
  const { t } = useTranslation("pra");
  const [filter, setFilter] = useState(everything);
  const [all, setAll] = useState(false);
  const { checks } = readiness;
  const fitting = useMemo(
    () => checks.filter((check) => fits(check, filter) && (filter.state !== null || check.state !== "ready")),
    [checks, filter],
  );
  const shown = all ? fitting : fitting.slice(0, shownAtFirst);
  const allReady = checks.length > 0 && checks.every(({ state }) => state === "ready");
  return (
    <section className="panel" aria-labelledby="pra-checks">
      <div className="pra-panel-head">
        <h2 id="pra-checks">{t("checks")}</h2>
        <EvaluateButton plan={plan} />
      </div>
      {allReady && filter.state === null && <Toned tone="ok" words={t("allReady")} />}
      <Facets checks={checks} filter={filter} onChange={setFilter} shown={fitting.length} />
      <ul className="lines pra-checks">
        {shown.map((check) => (
          <CheckLine key={check.id} check={check} />
        ))}
      </ul>
      {shown.length < fitting.length && (
        <Button variant="link" size="sm" onClick={() => setAll(true)}>
          {t("check.more", { count: fitting.length - shown.length })}
        </Button>
      )}
    </section>
  );
}

/** Has the readiness worked out now. */
function EvaluateButton({ plan }: { plan: string }) {
  const { t } = useTranslation("pra");
  const { busy, error, decide } = useDecision();
  return (
    <>
      <Button
        variant="link"
        size="sm"
        icon={<SyncAltIcon />}
        isDisabled={busy}
        onClick={() => decide(({ pra }) => pra.evaluate({ plan }))}
      >
        {t("evaluate")}
      </Button>
      {error && <ErrorNotice error={error} />}
    </>
  );
}

function Facets({
  checks,
  filter,
  onChange,
  shown,
}: {
  checks: readonly ReadinessCheck[];
  filter: CheckFilter;
  onChange: (filter: CheckFilter) => void;
  shown: number;
}) {
  const { t } = useTranslation("pra");
  return (
    <fieldset className="button-row pra-facets" aria-label={t("facets")}>
      <Facet
        label={t("facet.state")}
        values={readinessStates}
        value={filter.state}
        counts={facetCounts(checks, filter, "state")}
        words={(state) => t(`check.state.${state}`)}
        onChange={(state) => onChange({ ...filter, state })}
      />
      <Facet
        label={t("facet.kind")}
        values={readinessKinds}
        value={filter.kind}
        counts={facetCounts(checks, filter, "kind")}
        words={(kind) => t(`check.kind.${kind}`)}
        onChange={(kind) => onChange({ ...filter, kind })}
      />
      <Facet
        label={t("facet.direction")}
        values={praDirections}
        value={filter.direction}
        counts={facetCounts(checks, filter, "direction")}
        words={(direction) => t(`check.direction.${direction}`)}
        onChange={(direction) => onChange({ ...filter, direction })}
      />
      <span className="quiet" role="status">
        {t("shown", { shown, total: checks.length })}
      </span>
    </fieldset>
  );
}

function Facet<Value extends string>({
  label,
  values,
  value,
  counts,
  words,
  onChange,
}: {
  label: string;
  values: readonly Value[];
  value: Value | null;
  counts: ReadonlyMap<Value | null, number>;
  words: (value: Value) => string;
  onChange: (value: Value | null) => void;
}) {
  const { t } = useTranslation("pra");
  const present = values.filter((each) => (counts.get(each) ?? 0) > 0 || each === value);
  return (
    <label className="pra-facet">
      {label}{" "}
      <select
        value={value ?? ""}
        onChange={(event) => onChange(values.find((each) => each === event.target.value) ?? null)}
      >
        <option value="">{t("any")}</option>
        {present.map((each) => (
          <option key={each} value={each}>
            {words(each)} ({counts.get(each) ?? 0})
          </option>
        ))}
      </select>
    </label>
  );
}

function CheckLine({ check }: { check: ReadinessCheck }) {
  const { t } = useTranslation("pra");
  const local = useLocalText();
  const { resource, resourceName, provenAt, mend } = check;
  return (
    <li>
      <CheckStateLabel state={check.state} />
      <span className="line-words">
        <strong>{local(check.title)}</strong>
        {resource !== null && (
          <>
            {" "}
            {t("check.onResource")} <a href={placeTo("resource", resource)}>{resourceName ?? resource}</a>
          </>
        )}
        <p>{local(check.text)}</p>
        {mend && <p className="pra-mend">{local(mend.text)}</p>}
        <p className="quiet">
          {t(`check.kind.${check.kind}`)} · {t(`check.direction.${check.direction ?? "both"}`)} ·{" "}
          {provenAt === null ? (
            t("check.neverProven")
          ) : (
            <>
              {t("check.proven")} <Age at={provenAt} />
            </>
          )}
        </p>
      </span>
      <Mend check={check} />
    </li>
  );
}

/** Leads to where it is mended: the sheet of an action, the resource, or the page of what is missing. */
function Mend({ check }: { check: ReadinessCheck }) {
  const { t } = useTranslation("pra");
  const local = useLocalText();
  const place = placeOfMend(check);
  if (place === null) return null;
  const acts = check.mend?.action != null;
  return (
    <Button
      variant="secondary"
      size="sm"
      component="a"
      href={place}
      aria-label={t(acts ? "check.actFor" : "check.lookFor", { title: local(check.title) })}
    >
      {t(acts ? "check.act" : "check.look")}
    </Button>
  );
}

function placeOfMend({ kind, mend, resource }: ReadinessCheck): string | null {
  if (!mend) return null;
  const target = mend.resource ?? resource;
  if (target !== null) {
    const place = placeTo("resource", target);
    return mend.action === null ? place : `${place}?action=${encodeURIComponent(mend.action)}`;
  }
  if (kind === "credentials") return placeTo("secrets");
  return kind === "plan" || kind === "people" ? placeTo("estate") : null;
}
