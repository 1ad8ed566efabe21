import { useTranslation } from "react-i18next";
import type { PraRunView } from "../../../shared/pra.ts";
import { RunStatusLabel } from "../procedures/labels.tsx";
import { Toned } from "./labels.tsx";

/**
 * How a run of a plan stands. One that waits says for whom: not for who reads it where somebody else has to sign, and `onWall`
 * for nobody who only looks.
 */
export function RunStanding({
  view: { run, next },
  onWall = false,
}: {
  view: Pick<PraRunView, "run" | "next">;
  onWall?: boolean;
}) {
  const words = useStandingWords({ run, next }, onWall);
  return words === null ? <RunStatusLabel status={run.status} /> : <Toned tone="warning" words={words} />;
}

/** Whom a run waits for, in words; null where its status alone says how it stands. */
export function useStandingWords(
  { run, next }: Pick<PraRunView, "run" | "next">,
  onWall: boolean,
): string | null {
  const { t } = useTranslation("pra");
  if (run.status !== "waiting") return null;
  if (next?.kind === "approve" && next.notBy.length > 0)
    return t("run.waitsForOther", { names: next.notBy.join(", ") });
  return onWall ? t("wall.waits") : null;
}
