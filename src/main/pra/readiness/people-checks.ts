import { type LocalText, text } from "../../../shared/text.ts";
import type { KnownPeople, PraParts } from "../parts.ts";
import { type Context, checkOf, type Way } from "./context.ts";

interface PeopleContext extends Pick<Context, "ways" | "findings" | "now"> {
  parts: Pick<PraParts, "people">;
}

/** Whether there are enough people, with the rights, for what each way does and for gates that ask for two. */
export function peopleChecks(context: PeopleContext): void {
  const { ways, parts, findings, now } = context;
  const known = parts.people();
  for (const way of ways) {
    gateCheck(context, way, known);
    if (known?.roles !== true || known.startersOf(way.nodes).length > 0) continue;
    findings.add(
      checkOf({
        id: `people/${way.direction}/start`,
        kind: "people",
        direction: way.direction,
        state: "blocked",
        title: text("Somebody who may start it", "Quelqu'un qui a le droit de le lancer"),
        text: text(
          "No operator has the right to every step of it: only break-glass could start it.",
          "Aucun opérateur n'a le droit de faire toutes ses étapes : seul un bris de glace pourrait le lancer.",
        ),
        provenAt: now,
        mend: mendRoles,
      }),
    );
  }
  if (known === null || known.roles || known.operatorsWithKeys === 0) return;
  findings.add(
    checkOf({
      id: "people/roles",
      kind: "people",
      state: "warning",
      title: text("Rights by roles", "Droits par rôles"),
      text: text(
        "No operator has a role: everybody at a console may begin it, whoever they are.",
        "Aucun opérateur n'a de rôle : quiconque est à une console peut le lancer.",
      ),
      provenAt: now,
      mend: mendRoles,
    }),
  );
}

function gateCheck(
  { findings, now }: PeopleContext,
  { direction, nodes }: Way,
  known: KnownPeople | null,
): void {
  const gate = nodes.find((node) => node.kind === "gate" && node.gate.approvers === 2);
  if (!gate) return;
  const judged = known === null ? unknown : judgementOf(known, known.approversOf(nodes));
  findings.add(
    checkOf({
      id: `people/${direction}`,
      kind: "people",
      direction,
      node: gate.id,
      title: text("Two people for gates", "Deux personnes pour les points d'accord"),
      provenAt: known === null ? null : now,
      ...judged,
    }),
  );
}

const mendKeys = {
  text: text(
    'Add operators with their public keys under "operators" of the estate file.',
    "Ajoutez des opérateurs avec leurs clés publiques sous « operators » du fichier de parc.",
  ),
  resource: null,
  action: null,
};
const mendRoles = {
  text: text(
    'Give roles to operators with keys under "operators" of the estate file.',
    "Donnez des rôles à des opérateurs qui ont une clé, sous « operators » du fichier de parc.",
  ),
  resource: null,
  action: null,
};

const unknown = {
  state: "unknown" as const,
  text: text(
    "Nobody knows how many people could approve.",
    "On ne sait pas combien de personnes pourraient approuver.",
  ),
  mend: mendKeys,
};

function judgementOf({ operatorsWithKeys: count, roles }: KnownPeople, approvers: readonly string[]) {
  const keys = text(
    `${count} operators have a key to sign with; a gate asks for two people.`,
    `${count} opérateurs ont une clé pour signer ; un point d'accord demande deux personnes.`,
  );
  if (count < 2) return { state: "blocked" as const, text: keys, mend: mendKeys };
  const [first] = approvers;
  if (first === undefined) {
    return { state: "blocked" as const, text: joined(keys, nobody), mend: mendRoles };
  }
  if (roles && approvers.length === 1) {
    return { state: "warning" as const, text: joined(keys, onlyOne(first)), mend: mendRoles };
  }
  return { state: "ready" as const, text: keys, mend: null };
}

const nobody = text(
  "None of them may approve everywhere that it changes something: its gates can never be passed.",
  "Aucun d'eux n'a le droit d'approuver partout où il change quelque chose : ses points d'accord ne pourront jamais être franchis.",
);

function onlyOne(name: string): LocalText {
  return text(
    `Only ${name} may approve: the gates can never be passed when ${name} begins it.`,
    `Seul ${name} a le droit d'approuver : les points d'accord ne pourront jamais être franchis si ${name} le lance.`,
  );
}

function joined(one: LocalText, other: LocalText): LocalText {
  return text(`${one.en} ${other.en}`, `${one.fr} ${other.fr}`);
}
