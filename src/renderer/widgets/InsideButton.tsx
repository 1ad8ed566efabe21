import { Button, type ButtonProps, Tooltip } from "@patternfly/react-core";
import type { InsideSubject } from "../../shared/inside.ts";
import { useLocalText } from "../i18n/index.ts";
import { useOutside } from "../state/outside.ts";

/**
 * A button for what may need this workstation to be inside an allowlist. Outside it is greyed, can still be reached by
 * keyboard, and says why.
 */
export function InsideButton({ subject, isAriaDisabled, ...rest }: ButtonProps & { subject: InsideSubject }) {
  const local = useLocalText();
  const outside = useOutside(subject);
  const button = <Button {...rest} isAriaDisabled={isAriaDisabled === true || outside !== null} />;
  return outside === null ? button : <Tooltip content={local(outside)}>{button}</Tooltip>;
}
