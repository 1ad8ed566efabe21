import type { KeyIcon } from "../widgets/icons.ts";

export type ChipTone = "fine" | "warning" | "danger";

/** One chip of the masthead: an icon and a word, a link to the page that it names. */
export function StatusChip({
  href,
  label,
  words,
  tone,
  Icon,
  title,
}: {
  href: string;
  label: string;
  words: string;
  tone: ChipTone;
  Icon: typeof KeyIcon;
  title?: string | undefined;
}) {
  return (
    <a className={`chip chip-${tone}`} href={href} title={title} aria-label={`${label}: ${words}`}>
      <Icon aria-hidden="true" />
      <span>{words}</span>
    </a>
  );
}
