import { Button } from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Compared, Comparison } from "../../../shared/evidence.ts";
import type { PraPassage, PraView } from "../../../shared/pra.ts";
import { useLanguage, useLocalText } from "../../i18n/index.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { formatMoment, formatSpan } from "../../widgets/format.ts";
import { useDecision } from "../procedures/use-decision.ts";
import { Toned } from "./labels.tsx";
import { useModeWords } from "./mode-words.ts";
import type { Tone } from "./reading.ts";

const tones: Record<Compared["difference"], Tone | null> = {
  failed: "critical",
  gone: "warning",
  new: "warning",
  skipped: "warning",
  longer: "warning",
  shorter: "ok",
  mended: "ok",
  "other-state": "unknown",
  same: null,
};

/** Two passages of a plan side by side: which steps took longer, are new, gone, or failed. The newest two at first. */
export function ComparePassages({ passages }: Pick<PraView, "passages">) {
  const { t } = useTranslation("pra");
  const [chosen, setChosen] = useState<{ one: string | null; other: string | null }>({
    one: null,
    other: null,
  });
  const [compared, setCompared] = useState<Comparison | null>(null);
  const [all, setAll] = useState(false);
  const { busy, error, decide } = useDecision();
  const ids = passages.map(({ id }) => id);
  if (ids.length < 2) return null;
  const one = chosen.one ?? ids[1] ?? "";
  const other = chosen.other ?? ids[0] ?? "";
  const choose = (part: Partial<typeof chosen>) => {
    setChosen({ one, other, ...part });
    setCompared(null);
  };
  return (
    <section className="panel" aria-labelledby="pra-compare">
      <h2 id="pra-compare">{t("compare.title")}</h2>
      <div className="button-row">
        <Choice
          label={t("compare.one")}
          value={one}
          passages={passages}
          choose={(id) => choose({ one: id })}
        />
        <Choice
          label={t("compare.other")}
          value={other}
          passages={passages}
          choose={(id) => choose({ other: id })}
        />
        <Button
          variant="secondary"
          size="sm"
          isDisabled={busy || one === other}
          onClick={() => decide(async ({ pra }) => setCompared(await pra.compare({ one, other })))}
        >
          {t("compare.show")}
        </Button>
        {compared && (
          <label className="pra-facet">
            <input type="checkbox" checked={all} onChange={(event) => setAll(event.target.checked)} />{" "}
            {t("compare.all")}
          </label>
        )}
      </div>
      <div aria-live="polite">{error && <ErrorNotice error={error} />}</div>
      {compared && <Differences compared={compared} all={all} />}
    </section>
  );
}

function Choice({
  label,
  value,
  passages,
  choose,
}: {
  label: string;
  value: string;
  passages: readonly PraPassage[];
  choose(id: string): void;
}) {
  const modeWords = useModeWords();
  const language = useLanguage();
  return (
    <label className="pra-facet">
      {label}{" "}
      <select value={value} onChange={(event) => choose(event.target.value)}>
        {passages.map((passage) => (
          <option key={passage.id} value={passage.id}>
            {modeWords(passage)} · {formatMoment(passage.startedAt, language)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Every tier, loss and phase, and the steps that differ, or `all`. */
function Differences({
  compared: { one, other, tiers, losses, phases, steps },
  all,
}: {
  compared: Comparison;
  all: boolean;
}) {
  const { t } = useTranslation("pra");
  const language = useLanguage();
  const different = steps.filter(({ difference }) => difference !== "same");
  const parts = [
    { name: t("compare.tiers"), rows: tiers },
    { name: t("compare.losses"), rows: losses },
    { name: t("compare.phases"), rows: phases },
    all ? { name: t("compare.allSteps"), rows: steps } : { name: t("compare.steps"), rows: different },
  ].filter(({ rows }) => rows.length > 0);
  const took = (value: number | null) => (value === null ? "–" : formatSpan(value, language));
  return (
    <>
      <p className="quiet figure">
        {t("compare.took", { one: took(one.took), other: took(other.took) })}
        {one.planHash !== other.planHash && ` ${t("compare.otherPlan")}`}
        {steps.length > 0 && ` ${t("compare.alike", { count: steps.length - different.length })}`}
        {[one, other].some(({ mode }) => mode === "rehearsal") && ` ${t("compare.asked")}`}
      </p>
      <div className="pra-scroller">
        <Table variant="compact" aria-labelledby="pra-compare" className="plain-table pra-compare">
          <Thead>
            <Tr>
              <Th modifier="wrap">{t("compare.what")}</Th>
              <Th modifier="wrap">{t("compare.one")}</Th>
              <Th modifier="wrap">{t("compare.other")}</Th>
              <Th modifier="wrap">{t("compare.difference")}</Th>
            </Tr>
          </Thead>
          {parts.map(({ name, rows }) => (
            <Tbody key={name}>
              <Tr>
                <Th colSpan={4} scope="rowgroup">
                  {name}
                </Th>
              </Tr>
              {rows.map((row) => (
                <Row key={row.id} row={row} />
              ))}
            </Tbody>
          ))}
        </Table>
      </div>
    </>
  );
}

function Row({ row: { id, title, one, other, difference } }: { row: Compared }) {
  const { t } = useTranslation("pra");
  const local = useLocalText();
  const language = useLanguage();
  const tone = tones[difference];
  const plain = t(`compare.as.${difference}`);
  const more = one?.took == null || other?.took == null ? null : Math.abs(other.took - one.took);
  const isMeasured = (difference === "longer" || difference === "shorter") && more !== null;
  const words = isMeasured ? t(`compare.by.${difference}`, { by: formatSpan(more, language) }) : plain;
  const explained = !isMeasured && difference !== "same";
  return (
    <Tr>
      <Td>
        {local(title)}
        {local(title) !== id && <p className="quiet">{id}</p>}
      </Td>
      <Td>
        <Side side={one} explained={explained} />
      </Td>
      <Td>
        <Side side={other} explained={explained} />
      </Td>
      <Td>{tone === null ? words : <Toned tone={tone} words={words} />}</Td>
    </Tr>
  );
}

/** How long, how it ended, and, where that is what differs (`explained`), what was said of it. */
function Side({ side, explained }: { side: Compared["one"]; explained: boolean }) {
  const { t } = useTranslation("pra");
  const local = useLocalText();
  const language = useLanguage();
  const stateWords = (state: string) => (isKnown(state) ? t(`compare.state.${state}`) : state);
  if (side === null) return <span className="quiet">–</span>;
  return (
    <>
      <span className="figure no-wrap">{side.took === null ? "" : formatSpan(side.took, language)}</span>{" "}
      <span className="quiet">{stateWords(side.state)}</span>
      {explained && side.says && <p className="quiet">{local(side.says)}</p>}
    </>
  );
}

const known = [
  "within",
  "beyond",
  "unknown",
  "open",
  "done",
  "pending",
  "blocked",
  "running",
  "waiting",
  "verified",
  "skipped",
  "failed",
  "unknown-effect",
  "compensated",
  "ready",
  "warning",
  "not-asked",
] as const;

function isKnown(state: string): state is (typeof known)[number] {
  return known.some((each) => each === state);
}
