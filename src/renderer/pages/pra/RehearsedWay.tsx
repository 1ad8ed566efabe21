import { Radio } from "@patternfly/react-core";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { PraWay } from "../../../shared/pra.ts";

const ways: readonly PraWay[] = ["planned", "disaster"];

/** Which way is rehearsed: with the source there, or as on the day on which it is gone. */
export function RehearsedWay({
  way,
  onChange,
  isDisabled,
}: {
  way: PraWay;
  onChange: (way: PraWay) => void;
  isDisabled: boolean;
}) {
  const { t } = useTranslation("pra");
  const id = useId();
  return (
    <fieldset>
      <legend>{t("sheet.rehearsedWay")}</legend>
      {ways.map((each) => (
        <Radio
          key={each}
          id={`${id}-${each}`}
          name={id}
          label={t(`sheet.rehearsedWays.${each}`)}
          description={t(`sheet.rehearsedWayHint.${each}`)}
          isChecked={way === each}
          isDisabled={isDisabled}
          onChange={() => onChange(each)}
        />
      ))}
    </fieldset>
  );
}
