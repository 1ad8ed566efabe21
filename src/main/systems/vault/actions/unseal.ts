import { z } from "zod";
import { text } from "../../../../shared/text.ts";
import type { Action, ActionContext, Settlement } from "../../../actions/action.ts";
import type { SealStatus } from "../answers.ts";
import { attemptRestarted, notAShare, shareTwice, wrongShare } from "../faults.ts";
import type { VaultActionParts } from "./parts.ts";

/** Milliseconds that a person has to bring a share. */
const patience = 10 * 60_000;

/**
 * `vault.unseal`: one person enters one share at one node. The share is asked for when it is needed, goes to the node and
 * nowhere else; the attempt (nonce) and how many shares it has are seen from every console. Entering a share again changes
 * nothing. Throws `vault.wrong-share`, `vault.share-twice`, `vault.not-a-share`, `vault.attempt-restarted`.
 */
export function unsealAction(parts: VaultActionParts): Action {
  const { api, observer } = parts;
  const nodeOf = (context: Pick<ActionContext, "resource">) => observer.nodeOf(context.resource.id) ?? "";
  const status = (context: ActionContext) => api.sealStatus(nodeOf(context), context.signal);
  return {
    id: "vault.unseal",
    title: text("Enter a share of the key", "Saisir une part de la clé"),
    verb: text("Enter a share", "Saisir une part"),
    risk: "safe",
    effect: "convergent",
    kinds: ["service"],
    input: z.object({}),
    fields: [],
    bulk: false,
    appliesTo: ({ id }) => observer.nodeOf(id) !== null,
    unavailable: ({ id }) =>
      observer.lastOf(observer.nodeOf(id) ?? "")?.seal.recovery_seal ? opensByItself : null,
    idle: ({ id }) => {
      const last = observer.lastOf(observer.nodeOf(id) ?? "");
      return last && !last.seal.sealed ? open : null;
    },
    describe: ({ name }) => ({
      steps: [
        text(
          "Ask here, without showing it, for one share of the key.",
          "Demander ici, sans l'afficher, une part de la clé.",
        ),
        text(
          `Enter it at ${name}, which keeps it until it has enough.`,
          `La saisir sur ${name}, qui la garde jusqu'à en avoir assez.`,
        ),
      ],
      proof: text(
        `${name} counts one share more in the same attempt, or is open.`,
        `${name} compte une part de plus dans la même tentative, ou est ouvert.`,
      ),
      undo: null,
    }),
    async probe(context) {
      const seal = await status(context);
      const observed = { sealed: seal.sealed, progress: seal.progress, threshold: seal.t, nonce: seal.nonce };
      if (!seal.initialized) return { state: "impossible", text: notInitialised, observed };
      if (!seal.sealed) return { state: "done", text: open, observed };
      return { state: "needed", text: progressWords(seal), observed };
    },
    async apply(context) {
      const { resource, signal, committed } = context;
      const before = await status(context);
      if (!before.sealed) return { data: { sealed: false } };
      const share = await askShare(parts, context, before);
      const current = await status(context);
      if (!current.sealed) return { data: { sealed: false } };
      const after = await api.unseal(nodeOf(context), share, {
        signal,
        onSent: committed,
        explain: (code, words) => {
          if (code !== 400) return null;
          if (/valid hex or base64|key is (shorter|longer)|same length/.test(words))
            return notAShare(resource.name);
          return /invalid key|unseal failed|failed to (compute|combine)/.test(words)
            ? wrongShare(resource.name)
            : null;
        },
      });
      if (after.sealed && current.nonce !== "" && after.nonce !== current.nonce)
        throw attemptRestarted(resource.name);
      if (after.sealed && after.progress <= current.progress)
        throw shareTwice(resource.name, after.progress, after.t);
      return {
        data: { sealed: after.sealed, progress: after.progress, threshold: after.t, nonce: after.nonce },
      };
    },
    async verify(context, _input, _probe, { data }) {
      const seal = await status(context);
      const counted =
        !seal.sealed || (seal.nonce === data.nonce && seal.progress >= Number(data.progress ?? 0));
      return {
        proven: counted,
        text: !seal.sealed ? open : counted ? progressWords(seal) : begunAnew,
        data: { sealed: seal.sealed, progress: seal.progress, nonce: seal.nonce },
      };
    },
    async settle(context, _input, { observed }): Promise<Settlement> {
      const seal = await status(context);
      if (!seal.sealed) return { effect: "happened", text: open, data: {} };
      const isSame = seal.nonce === observed.nonce && seal.progress === observed.progress;
      // After a wrong share none counts: what was entered is without effect, and others may go on.
      const isDropped = seal.progress === 0;
      return {
        effect: isSame || isDropped ? "did-not-happen" : "unknown",
        text: progressWords(seal),
        data: { progress: seal.progress, nonce: seal.nonce },
      };
    },
  };
}

const opensByItself = text(
  "It opens by itself with a key kept elsewhere, and recovery key shares do not open it: see that the service with that key answers, then restart this node.",
  "Il s'ouvre seul avec une clé conservée ailleurs, et les parts de la clé de secours ne l'ouvrent pas : vérifiez que le service qui détient cette clé répond, puis redémarrez ce nœud.",
);

async function askShare(
  { questions, now }: VaultActionParts,
  { resource, signal }: ActionContext,
  seal: SealStatus,
): Promise<string> {
  const attempt =
    seal.nonce === ""
      ? text("a new attempt", "une nouvelle tentative")
      : text(`attempt ${seal.nonce}`, `tentative ${seal.nonce}`);
  const [share = ""] = await questions.ask(
    {
      kind: "sign-in",
      enters: true,
      target: resource.id,
      instructions: text(
        `One share of the key of ${resource.name}: it has ${seal.progress} of ${seal.t} (${attempt.en}).`,
        `Une part de la clé de ${resource.name} : il en a ${seal.progress} sur ${seal.t} (${attempt.fr}).`,
      ),
      fields: [{ label: text("Share", "Part"), echo: false }],
      url: null,
      expiresAt: now() + patience,
    },
    patience,
    signal,
  );
  const given = share.trim();
  if (given === "") throw notAShare(resource.name);
  return given;
}

/** `vault.reset-unseal`: drops the shares that were entered at a node, as after a wrong one or a wrong attempt. */
export function resetUnsealAction({ api, observer }: VaultActionParts): Action {
  const nodeOf = (context: Pick<ActionContext, "resource">) => observer.nodeOf(context.resource.id) ?? "";
  const status = (context: ActionContext) => api.sealStatus(nodeOf(context), context.signal);
  return {
    id: "vault.reset-unseal",
    title: text("Drop the shares entered so far", "Oublier les parts déjà saisies"),
    verb: text("Drop the shares", "Oublier les parts"),
    risk: "safe",
    effect: "convergent",
    kinds: ["service"],
    input: z.object({}),
    fields: [],
    bulk: false,
    appliesTo: ({ id }) => observer.nodeOf(id) !== null,
    unavailable: ({ id }) =>
      observer.lastOf(observer.nodeOf(id) ?? "")?.seal.recovery_seal ? opensByItself : null,
    idle: ({ id }) =>
      (observer.lastOf(observer.nodeOf(id) ?? "")?.seal.progress ?? 0) > 0 ? null : noneEntered,
    describe: ({ name }) => ({
      steps: [
        text(
          `Have ${name} drop the shares of this attempt.`,
          `Faire oublier à ${name} les parts de cette tentative.`,
        ),
      ],
      proof: text(`${name} counts no share.`, `${name} ne compte plus aucune part.`),
      undo: null,
    }),
    async probe(context) {
      const seal = await status(context);
      const observed = { progress: seal.progress, nonce: seal.nonce };
      if (!seal.sealed || seal.progress === 0) return { state: "done", text: noneEntered, observed };
      return { state: "needed", text: progressWords(seal), observed };
    },
    async apply(context) {
      const { signal, committed } = context;
      const seal = await api.unseal(nodeOf(context), null, { signal, onSent: committed });
      return { data: { progress: seal.progress } };
    },
    async verify(context) {
      const seal = await status(context);
      const proven = seal.progress === 0;
      return { proven, text: proven ? noneEntered : progressWords(seal), data: { progress: seal.progress } };
    },
    async settle(context) {
      const seal = await status(context);
      const isDone = seal.progress === 0;
      return {
        effect: isDone ? "happened" : "did-not-happen",
        text: isDone ? noneEntered : progressWords(seal),
        data: {},
      };
    },
  };
}

const open = text("It is open.", "Il est ouvert.");
const notInitialised = text(
  "It has no key yet: it was not initialised.",
  "Il n'a pas encore de clé : il n'a pas été initialisé.",
);
const noneEntered = text("No share is entered.", "Aucune part n'est saisie.");
const begunAnew = text(
  "It does not count the share: the attempt was begun anew.",
  "La part n'est pas comptée : la tentative a été recommencée.",
);

function progressWords({ progress, t, nonce }: SealStatus) {
  const attempt = nonce === "" ? "" : ` (${nonce})`;
  return text(`It has ${progress} of ${t} shares${attempt}.`, `Il a ${progress} part(s) sur ${t}${attempt}.`);
}
