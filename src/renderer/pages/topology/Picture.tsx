import { type KeyboardEvent, memo, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useStable } from "../../state/use-stable.ts";
import type { Held } from "./held-picture.ts";
import { layOut, stepFrom } from "./layout.ts";
import { ThingBox } from "./ThingBox.tsx";
import { useThingWords } from "./words.ts";

/** With more lines than this the faint ones are drawn only for what is reached. */
const mostLines = 160;

/**
 * The picture itself: lines drawn behind, each thing a button above them. One thing is reached by Tab, the others from
 * there by the arrow keys along the links; Enter or a click walks to it, Escape goes back.
 */
export function Picture({
  held: { drawn, gone },
  onWalk,
  onBack,
}: {
  held: Held;
  onWalk: (id: string) => void;
  onBack: () => void;
}) {
  const { t } = useTranslation("topology");
  const thingWords = useThingWords();
  const { things, links, around } = drawn;
  // Where things stand follows from names and links: how they are is painted in place.
  const picture = useMemo(() => layOut(things, links), [things, links]);
  const [wanted, setWanted] = useState<string | null>(null);
  const buttons = useRef(new Map<string, HTMLButtonElement>());
  const isKnown = wanted !== null && things.some(({ id }) => id === wanted);
  const near = isKnown ? wanted : around;
  const reached = near ?? things[0]?.id ?? null;
  const follow = useFollowedFocus(drawn.around, drawn.site, buttons.current, reached);
  const hold = useStable((id: string, element: HTMLButtonElement | null) => {
    if (element) buttons.current.set(id, element);
    else buttons.current.delete(id);
  });
  const reach = useStable((id: string) => setWanted(id));
  const walk = useStable((id: string) => {
    follow();
    onWalk(id);
  });
  const press = useStable((event: KeyboardEvent, id: string) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape") {
      event.preventDefault();
      follow();
      onBack();
      return;
    }
    const next = stepFrom(picture, links, id, event.key);
    if (event.key.startsWith("Arrow")) event.preventDefault();
    if (next !== null) buttons.current.get(next)?.focus();
  });
  return (
    <section className="topology-picture" aria-label={t("picture", { name: drawn.siteName })}>
      <p className="pf-v6-screen-reader">{t("keys")}</p>
      <div className="topology-plane" style={{ inlineSize: picture.width, blockSize: picture.height }}>
        <svg width={picture.width} height={picture.height} aria-hidden="true">
          {picture.lines.map((line) => (
            <LinkLine
              key={`${line.link.from}\r${line.link.to}`}
              path={line.path}
              isFaint={line.isFaint}
              isNear={line.link.from === near || line.link.to === near}
              isMany={picture.lines.length > mostLines}
            />
          ))}
        </svg>
        {picture.columns.map(({ column, x }) => (
          <span key={column} className="topology-column" style={{ insetInlineStart: x }} aria-hidden="true">
            {t(`column.${column}`)}
          </span>
        ))}
        {picture.places.map(({ thing, x, y }) => (
          <ThingBox
            key={thing.id}
            thing={thing}
            x={x}
            y={y}
            words={gone.has(thing.id) ? t("gone") : thingWords(thing)}
            isCentre={thing.id === around}
            isGone={gone.has(thing.id)}
            isReached={thing.id === reached}
            hold={hold}
            onReach={reach}
            onWalk={walk}
            onKey={press}
          />
        ))}
      </div>
    </section>
  );
}

const LinkLine = memo(function LinkLine({
  path,
  isFaint,
  isNear,
  isMany,
}: {
  path: string;
  isFaint: boolean;
  isNear: boolean;
  isMany: boolean;
}) {
  if (isFaint && isMany && !isNear) return null;
  return <path d={path} className={`${isFaint ? "is-faint" : ""} ${isNear ? "is-near" : ""}`} />;
});

/**
 * Who walks by keys stands on the thing that was walked to once its picture is there; and that thing is scrolled into
 * view, for whoever walks. Returns what to call before a walk from within the picture.
 */
function useFollowedFocus(
  around: string | null,
  site: string,
  buttons: ReadonlyMap<string, HTMLButtonElement>,
  reached: string | null,
): () => void {
  const follows = useRef(false);
  const shown = useRef({ around, site });
  useEffect(() => {
    const isSame = shown.current.around === around && shown.current.site === site;
    shown.current = { around, site };
    if (isSame) return;
    const centre = buttons.get(around ?? reached ?? "");
    centre?.scrollIntoView({ block: "center", inline: "nearest" });
    if (follows.current) centre?.focus({ preventScroll: true });
    follows.current = false;
  }, [around, site, buttons, reached]);
  return () => {
    follows.current = true;
  };
}
