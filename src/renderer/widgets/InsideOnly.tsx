import { type ReactNode, useRef } from "react";
import type { InsideSubject } from "../../shared/inside.ts";
import { useLocalText } from "../i18n/index.ts";
import { useStanding } from "../state/outside.ts";
import { Notice } from "./Notice.tsx";

/**
 * A view that asks the far side as soon as it is shown. Outside its place says why it is not, and it is shown by itself once
 * this workstation is inside; what was shown already stays in sight.
 */
export function InsideOnly({ subject, children }: { subject: InsideSubject; children: ReactNode }) {
  const local = useLocalText();
  const { outside, isKnown } = useStanding(subject);
  const words = JSON.stringify(subject);
  const shown = useRef<string | null>(null);
  if (isKnown && outside === null) shown.current = words;
  if (shown.current === words) return children;
  return <div role="status">{outside && <Notice tone="warning" title={local(outside)} />}</div>;
}
