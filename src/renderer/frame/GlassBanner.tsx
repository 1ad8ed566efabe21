import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Pass } from "../../shared/sign-in.ts";
import { useConsole } from "../state/console.tsx";
import { placeTo } from "../state/router.ts";
import { ExclamationTriangleIcon } from "../widgets/icons.ts";
import { useTimedWords } from "../widgets/ticker.ts";

/** Says on every page, the wall included, that somebody has taken every right, and for how long still. */
export function GlassBanner() {
  const { people } = useConsole();
  const active = people.value?.passes.filter((pass) => pass.active) ?? [];
  return active.map((pass) => {
    const name = people.value?.operators.find(({ id }) => id === pass.operator)?.name;
    return <Banner key={pass.id} pass={pass} name={name ?? pass.operator} />;
  });
}

function Banner({ pass: { until, reason }, name }: { pass: Pass; name: string }) {
  const { t } = useTranslation("people");
  const left = useTimedWords(
    useCallback(
      (now: number) => {
        const seconds = Math.max(0, Math.round((until - now) / 1000));
        return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
      },
      [until],
    ),
  );
  return (
    <a className="glass-banner" href={placeTo("people")}>
      <ExclamationTriangleIcon aria-hidden="true" />
      {t("glassBanner", { name, left, reason })}
    </a>
  );
}
