import { Button, Tooltip } from "@patternfly/react-core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type PraView, praDirections } from "../../../shared/pra.ts";
import { useLocalText } from "../../i18n/index.ts";
import { useOutside } from "../../state/outside.ts";
import { BeginSheet } from "./BeginSheet.tsx";
import { useModeWords } from "./mode-words.ts";

export type Mode = PraView["modes"][number];

/** What can be begun, by direction; what cannot be begun now is greyed and says why. */
export function BeginButtons({ view }: { view: PraView }) {
  const { t } = useTranslation("pra");
  const [chosen, setChosen] = useState<Mode | null>(null);
  // Whether it can be begun may change while its sheet is open.
  const shown = view.modes.find((each) => each.mode === chosen?.mode && each.direction === chosen.direction);
  return (
    <section className="panel pra-begin" aria-labelledby="pra-begin">
      <h2 id="pra-begin">{t("begin")}</h2>
      {praDirections.map((direction) => {
        const modes = view.modes.filter((mode) => mode.direction === direction);
        if (modes.length === 0) return null;
        const label =
          direction === "bascule"
            ? t("toRecovery", { site: view.recovery })
            : t("toProduction", { site: view.production });
        return (
          <fieldset key={direction} className="button-row" aria-label={label}>
            <span className="pra-begin-way">{label}</span>
            {modes.map((mode) => (
              <ModeButton key={mode.mode} plan={view.id} mode={mode} onChoose={() => setChosen(mode)} />
            ))}
          </fieldset>
        );
      })}
      {shown && <BeginSheet view={view} mode={shown} onClose={() => setChosen(null)} />}
    </section>
  );
}

function ModeButton({ plan, mode, onChoose }: { plan: string; mode: Mode; onChoose: () => void }) {
  const { t } = useTranslation("pra");
  const modeWords = useModeWords();
  const local = useLocalText();
  const { direction } = mode;
  const outside = useOutside({ of: "pra", plan, direction, mode: mode.mode });
  const unavailable = mode.unavailable ?? outside;
  const button = (
    <Button
      variant="secondary"
      isDanger={mode.mode === "disaster"}
      isAriaDisabled={unavailable !== null}
      onClick={onChoose}
    >
      {modeWords(mode)}
    </Button>
  );
  const words =
    unavailable === null ? t(`modeHint.${mode.mode}`) : t("unavailable", { why: local(unavailable) });
  return <Tooltip content={words}>{button}</Tooltip>;
}
