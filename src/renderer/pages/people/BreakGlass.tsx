import { Button } from "@patternfly/react-core";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { PeopleView } from "../../../shared/sign-in.ts";
import { useLanguage, useLocalText } from "../../i18n/index.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { formatMoment } from "../../widgets/format.ts";
import { Notice } from "../../widgets/Notice.tsx";
import { useDecision } from "../procedures/use-decision.ts";
import { proofOf } from "./SignIn.tsx";
import { noSigning, type Signing, SigningFields } from "./SigningFields.tsx";

/** Characters of a reason, or of what a review found. */
const fewest = 10;

/** Rights that were taken, with their reviews; and how to take them, for whoever has signed in. */
export function BreakGlass({ people }: { people: PeopleView }) {
  const { t } = useTranslation("people");
  const me = people.operators.find(({ id }) => id === people.me);
  if (people.breakGlass === null && people.passes.length === 0) return null;
  return (
    <section className="panel procedure-form" aria-labelledby="people-glass">
      <h2 id="people-glass">{t("glassTitle")}</h2>
      <p className="quiet">{t("glassIntro")}</p>
      {people.passes.map((pass) => (
        <PassEntry key={pass.id} pass={pass} people={people} />
      ))}
      {people.breakGlass !== null &&
        me &&
        !people.passes.some((one) => one.active && one.operator === me.id) && (
          <Take operator={me} minutes={people.breakGlass.minutes} />
        )}
    </section>
  );
}

function PassEntry({ pass, people }: { pass: PeopleView["passes"][number]; people: PeopleView }) {
  const { t } = useTranslation("people");
  const language = useLanguage();
  const id = useId();
  const [words, setWords] = useState("");
  const { busy, error, decide } = useDecision();
  const name = people.operators.find((one) => one.id === pass.operator)?.name ?? pass.operator;
  const mayReview = !pass.active && pass.review === null && people.me !== null && people.me !== pass.operator;
  return (
    <article>
      <p>
        <strong>{t(pass.active ? "glassActive" : "glassOver", { name })}</strong>{" "}
        {t("glassSpan", {
          from: formatMoment(pass.from, language),
          until: formatMoment(pass.until, language),
        })}
      </p>
      <p>{t("glassReason", { reason: pass.reason })}</p>
      <Announced announced={pass.announced} />
      {pass.touched.length > 0 && (
        <p className="quiet">{t("glassTouched", { what: pass.touched.join(", ") })}</p>
      )}
      {pass.review !== null && <p>{t("glassReviewed", { by: pass.review.by, words: pass.review.words })}</p>}
      {pass.active && people.me !== null && (
        <Button
          variant="secondary"
          size="sm"
          isDisabled={busy}
          onClick={() => decide((client) => client.people.endPass({ id: pass.id }))}
        >
          {t("glassEnd", { name })}
        </Button>
      )}
      {mayReview && (
        <form
          aria-label={t("glassReview", { name })}
          onSubmit={(event) => {
            event.preventDefault();
            void decide((client) => client.people.reviewPass({ id: pass.id, words }));
          }}
        >
          <div className="field">
            <label htmlFor={id}>{t("glassFound")}</label>
            <textarea
              id={id}
              rows={2}
              maxLength={1000}
              value={words}
              onChange={(event) => setWords(event.target.value)}
            />
          </div>
          <Button
            type="submit"
            variant="secondary"
            size="sm"
            isDisabled={busy || words.trim().length < fewest}
          >
            {t("glassReview", { name })}
          </Button>
        </form>
      )}
      {!pass.active && pass.review === null && !mayReview && <p className="quiet">{t("glassOpen")}</p>}
      {error && <ErrorNotice error={error} />}
    </article>
  );
}

/** Whether others were told of it; what has failed stands with its reason until it has not. */
function Announced({ announced }: { announced: PeopleView["passes"][number]["announced"] }) {
  const { t } = useTranslation("people");
  const local = useLocalText();
  const language = useLanguage();
  const { state, attempts, at, why } = announced;
  if (state === "announced") return <p className="quiet">{t("announced.announced")}</p>;
  return (
    <Notice tone={state === "pending" && attempts === 0 ? "info" : "warning"} title={t(`announced.${state}`)}>
      {why !== null && at !== null && (
        <p>{t("announced.last", { count: attempts, at: formatMoment(at, language), why: local(why) })}</p>
      )}
    </Notice>
  );
}

function Take({ operator, minutes }: { operator: PeopleView["operators"][number]; minutes: number }) {
  const { t } = useTranslation("people");
  const id = useId();
  const [reason, setReason] = useState("");
  const [signing, setSigning] = useState<Signing>({ ...noSigning, kind: "agent" });
  const { busy, error, decide } = useDecision();
  const proof = proofOf(signing);
  return (
    <form
      className="procedure-form"
      aria-label={t("glassTake", { minutes })}
      onSubmit={async (event) => {
        event.preventDefault();
        if (proof === null) return;
        await decide((client) => client.people.breakGlass({ reason, proof }));
        setSigning({ ...noSigning, kind: signing.kind });
      }}
    >
      <div className="field">
        <label htmlFor={id}>{t("glassWhy")}</label>
        <textarea
          id={id}
          rows={2}
          maxLength={1000}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </div>
      <SigningFields operator={operator} signing={signing} elsewhere={false} keychain onChange={setSigning} />
      {error && <ErrorNotice error={error} />}
      <Button
        type="submit"
        variant="danger"
        size="sm"
        isDisabled={busy || proof === null || reason.trim().length < fewest}
      >
        {t("glassTake", { minutes })}
      </Button>
    </form>
  );
}
