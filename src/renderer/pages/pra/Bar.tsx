import type { Tone } from "./reading.ts";

/**
 * A length against its limit as a bar; beyond the limit the bar is full and the limit stands inside it. `mark` is a
 * further moment on the same scale, such as a forecast. The words beside it say the same, so it is no picture to be read.
 */
export function Bar({
  value,
  limit,
  tone,
  mark = null,
}: {
  value: number;
  limit: number;
  tone: Tone;
  mark?: number | null;
}) {
  const end = Math.max(limit, value, mark ?? 0, 1);
  const at = (length: number) => Math.min(100, (Math.max(0, length) / end) * 100);
  return (
    <svg className={`pra-bar pra-${tone}`} viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      <rect className="pra-bar-track" width="100" height="10" />
      <rect className="pra-bar-used" width={at(value)} height="10" />
      {limit < end && <line className="pra-bar-limit" x1={at(limit)} x2={at(limit)} y1="0" y2="10" />}
      {mark !== null && <line className="pra-bar-mark" x1={at(mark)} x2={at(mark)} y1="0" y2="10" />}
    </svg>
  );
}
