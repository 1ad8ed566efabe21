import { minuteInWords } from "../../shared/amount-words.ts";
import { text } from "../../shared/text.ts";
import type { Seen, WholeParts } from "./whole-rules.ts";

/** PRA plans of which a check says that they could not be gone through now. */
export function redReadiness({ readiness }: WholeParts): Seen[] {
  return [...readiness()].flatMap(({ id, title, readiness: { figure, evaluatedAt, counts } }): Seen[] => {
    const blocked = counts.blocked ?? 0;
    if (blocked === 0) return [];
    const [checks, controls] =
      blocked === 1 ? ["one check says", "un contrôle"] : [`${blocked} checks say`, `${blocked} contrôles`];
    const words = text(
      `${title.en}: ${checks} that the plan could not be gone through now.`,
      `${title.fr} : d'après ${controls}, le plan ne pourrait pas être déroulé maintenant.`,
    );
    const said =
      figure === null
        ? text("As its checks say", "D'après ses contrôles")
        : text(`It is ready to ${Math.round(figure)} %`, `Il est prêt à ${Math.round(figure)} %`);
    return [
      {
        about: null,
        name: `plan ${id}`,
        health: "critical",
        text: words,
        evidence: [{ text: said, source: "pra", at: evaluatedAt }],
        proposal: null,
      },
    ];
  });
}

/** The sealed bundle is older than its schedule wants it, is not there, or could not be made. */
export function oldBundle({ bundle }: WholeParts): Seen[] {
  const standing = bundle();
  if (standing === null) return [];
  const { madeAt, isLate, error } = standing;
  if (!isLate && error === null) return [];
  const last =
    madeAt === null
      ? text("There is none", "Il n'y en a aucun")
      : text(`The last one is of ${minuteInWords(madeAt)}`, `Le dernier date du ${minuteInWords(madeAt)}`);
  const words =
    error !== null
      ? text("The sealed bundle cannot be made.", "Le lot scellé ne peut pas être établi.")
      : text(
          "The sealed bundle is older than its schedule wants it, or is not there.",
          "Le lot scellé est plus ancien que ne le veut son calendrier, ou il manque.",
        );
  return [
    {
      about: null,
      name: "bundle",
      health: error !== null || madeAt === null ? "critical" : "warning",
      text: words,
      evidence: [
        { text: last, source: "bundle", at: madeAt },
        ...(error === null ? [] : [{ text: error, source: "bundle", at: null }]),
      ],
      proposal: null,
    },
  ];
}

/** This workstation stands outside of an allowlist, so that what it guards cannot be worked on from here. */
export function outsideWorkstation({ whereabouts }: WholeParts): Seen[] {
  const { state, text: words, hops, outside } = whereabouts();
  if (state !== "outside") return [];
  return [
    {
      about: null,
      name: "workstation",
      health: "warning",
      text: words,
      evidence: [
        ...outside.map(({ system, text: why }) => ({ text: why, source: system, at: null })),
        ...hops.flatMap(({ name, seen }) =>
          seen.state === "outside"
            ? [
                {
                  text: text(`${name}: ${seen.text.en}`, `${name} : ${seen.text.fr}`),
                  source: "reach",
                  at: seen.at,
                },
              ]
            : [],
        ),
      ],
      proposal: null,
    },
  ];
}
