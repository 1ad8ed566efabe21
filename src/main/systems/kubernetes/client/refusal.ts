import { z } from "zod";
import { OpsError } from "../../../../shared/errors.ts";
import { type LocalText, text } from "../../../../shared/text.ts";

/** metav1.Status, as far as it is read. Source: Kubernetes API conventions, "Response Status Kind". */
const statusSchema = z.object({
  kind: z.literal("Status"),
  message: z.string().catch(""),
  reason: z.string().catch(""),
  details: z
    .object({
      retryAfterSeconds: z.number().min(0).max(86_400).optional().catch(undefined),
      causes: z
        .array(
          z.object({
            reason: z.string().catch(""),
            message: z.string().catch(""),
            field: z.string().max(1000).catch("").default(""),
          }),
        )
        .max(100)
        .catch([]),
    })
    .catch({ causes: [] }),
});

/** One reason of a refusal; `field` is the place in the object that was sent, such as `spec.replicas`, or empty. */
export interface Cause {
  reason: string;
  message: string;
  field: string;
}

/** An answer that refuses: its HTTP status, and what the API server said of it. */
export class Refusal extends OpsError {
  readonly status: number;
  /** The machine's word: Forbidden, NotFound, Conflict, Expired, TooManyRequests … or nothing. */
  readonly reason: string;
  /** The API server's own sentence, short and printable. */
  readonly said: string;
  /** The same, longer: to be searched for the places that it names. */
  readonly saidAtLength: string;
  readonly causes: readonly Cause[];
  /** Milliseconds after which it may be asked again; null when it does not say. */
  readonly retryAfter: number | null;

  constructor(parts: {
    code: string;
    message: LocalText;
    hint: LocalText;
    status: number;
    reason: string;
    said: string;
    saidAtLength: string;
    causes: readonly Cause[];
    retryAfter: number | null;
  }) {
    super({ code: parts.code, system: "kubernetes", message: parts.message, hint: parts.hint });
    this.status = parts.status;
    this.reason = parts.reason;
    this.said = parts.said;
    this.saidAtLength = parts.saidAtLength;
    this.causes = parts.causes;
    this.retryAfter = parts.retryAfter;
  }
}

interface Wording {
  code: string;
  message: LocalText;
  hint: LocalText;
}

/** What an answer of this status means. `body` is its parsed JSON, whatever that is; `retryAfter` the header's words. */
export function refusalOf(
  cluster: string,
  status: number,
  body: unknown,
  retryAfter: string | undefined,
): Refusal {
  const parsed = statusSchema.safeParse(body);
  const words = parsed.success ? parsed.data.message : "";
  const said = shortened(words);
  const inBody = parsed.success ? parsed.data.details.retryAfterSeconds : undefined;
  return new Refusal({
    ...wordingOf(cluster, status, said),
    status,
    reason: parsed.success ? parsed.data.reason : "",
    said,
    saidAtLength: shortened(words, 8000),
    causes: parsed.success
      ? parsed.data.details.causes.map((cause) => ({ ...cause, message: shortened(cause.message) }))
      : [],
    retryAfter: readRetryAfter(retryAfter) ?? (inBody === undefined ? null : inBody * 1000),
  });
}

const longestRetryAfter = 3_600_000;

/** `Retry-After` in milliseconds (RFC 9110, 10.2.3; an API server says seconds); null when it is not a number. */
export function readRetryAfter(words: string | undefined): number | null {
  return words !== undefined && /^\d{1,6}$/.test(words.trim())
    ? Math.min(Number(words) * 1000, longestRetryAfter)
    : null;
}

/** What Go prints of a whole object, and the piece of the request around a mistake: both may hold what nobody is to see. */
const echoes =
  /,? error found in #\d+ byte of .*$|(?:\[\]|\*)*(?:map\[string\]\S*?|[a-z]\w*\.[A-Z]\w*)\{(?:.*\}(?=: )|.*)/gs;
/** Characters of a sentence that are looked at. */
const mostSaid = 10_000;

function shortened(words: string, most = 300): string {
  const clean = words
    .slice(0, mostSaid)
    .replaceAll(echoes, (echo) => (/^,? ?error found/.test(echo) ? "" : "(…)"))
    .replace(/[\p{Cc}\p{Cf}]+/gu, " ")
    .trim();
  return clean.length > most ? `${clean.slice(0, most - 1)}…` : clean;
}

function wordingOf(cluster: string, status: number, said: string): Wording {
  const because = said === "" ? "." : `: ${said}`;
  const car = said === "" ? "." : ` : ${said}`;
  switch (status) {
    case 401:
      return {
        code: "kubernetes.log-in-refused",
        message: text(
          `The API server of ${cluster} does not accept the log-in.`,
          `Le serveur d'API de ${cluster} n'accepte pas l'authentification.`,
        ),
        hint: text(
          "The token or certificate has expired or was withdrawn: log in again, or store a new one.",
          "Le jeton ou le certificat a expiré ou a été révoqué : authentifiez-vous de nouveau, ou enregistrez-en un autre.",
        ),
      };
    case 403:
      return {
        code: "kubernetes.forbidden",
        message: text(
          `The API server of ${cluster} does not allow this${because}`,
          `Le serveur d'API de ${cluster} ne l'autorise pas${car}`,
        ),
        hint: text(
          "Ask for a role that allows it; docs/systems/kubernetes.md names the rights that each action needs.",
          "Demandez un rôle qui l'autorise ; docs/systems/kubernetes.md indique les droits qu'exige chaque action.",
        ),
      };
    case 404:
      return {
        code: "kubernetes.not-found",
        message: text(
          `${cluster} does not have this object or kind of object (any more)${because}`,
          `${cluster} n'a pas (ou plus) cet objet ou ce type d'objet${car}`,
        ),
        hint: text(
          "It was deleted, or this version of Kubernetes does not know it: look at the list again.",
          "Il a été supprimé, ou cette version de Kubernetes l'ignore : consultez la liste de nouveau.",
        ),
      };
    case 409:
      return {
        code: "kubernetes.conflict",
        message: text(
          `Somebody else changed the object in ${cluster} at the same time${because}`,
          `Quelqu'un d'autre a modifié l'objet de ${cluster} en même temps${car}`,
        ),
        hint: text("Look at it, then do it again.", "Examinez-le, puis recommencez."),
      };
    case 410:
      return {
        code: "kubernetes.gone",
        message: text(
          `The API server of ${cluster} no longer has the version that was read last.`,
          `Le serveur d'API de ${cluster} n'a plus la dernière version lue.`,
        ),
        hint: text("Everything is listed anew by itself.", "Tout est relu automatiquement."),
      };
    case 429:
      return {
        code: "kubernetes.busy",
        message: text(
          `The API server of ${cluster} asks for patience${because}`,
          `Le serveur d'API de ${cluster} demande de patienter${car}`,
        ),
        hint: text(
          "Wait a minute, then try again; if it stays so, look at what else asks this API server so often.",
          "Patientez une minute, puis réessayez ; si cela dure, cherchez qui d'autre sollicite autant ce serveur d'API.",
        ),
      };
    default:
      return {
        code: status >= 500 ? "kubernetes.server-error" : "kubernetes.rejected",
        message: text(
          `The API server of ${cluster} answered with the HTTP status ${status}${because}`,
          `Le serveur d'API de ${cluster} a répondu avec le statut HTTP ${status}${car}`,
        ),
        hint: text(
          "Look at the state of the control plane and at what was asked, then try again.",
          "Examinez l'état du plan de contrôle et la demande, puis réessayez.",
        ),
      };
  }
}
