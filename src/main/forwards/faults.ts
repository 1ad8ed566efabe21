import { OpsError } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";

const system = "forwards";

export function noPorts(resource: string): OpsError {
  return new OpsError({
    code: "forward.none",
    system,
    message: text(
      `${resource} has no ports that can be forwarded.`,
      `${resource} n'a pas de port qui puisse être redirigé.`,
    ),
    hint: text(
      "Forward the port of a pod, or of a workload with a ready pod.",
      "Redirigez le port d'un pod, ou d'une charge de travail dont un pod est prêt.",
    ),
  });
}

export function tooManyForwards(most: number): OpsError {
  return new OpsError({
    code: "forward.too-many",
    system,
    message: text(
      `${most} ports are forwarded already, as many as may be at once.`,
      `${most} ports sont déjà redirigés, le maximum à la fois.`,
    ),
    hint: text(
      "Close one that you no longer need, then try again.",
      "Fermez-en un dont vous n'avez plus besoin, puis réessayez.",
    ),
  });
}

/** `port` null: none was asked for. */
export function noLocalPort(port: number | null, cause: NodeJS.ErrnoException): OpsError {
  const which = port === null ? ["A local port", "Un port local"] : [`Port ${port}`, `Le port ${port}`];
  const taken = cause.code === "EADDRINUSE";
  return new OpsError({
    code: taken ? "forward.port-taken" : "forward.no-local-port",
    system,
    message: taken
      ? text(
          `${which[0]} of this workstation is in use by another program.`,
          `${which[1]} de ce poste est utilisé par un autre programme.`,
        )
      : text(`${which[0]} could not be opened.`, `${which[1]} n'a pas pu être ouvert.`),
    hint: text(
      "Choose another port, or leave it to the console to find a free one.",
      "Choisissez un autre port, ou laissez la console en trouver un qui est libre.",
    ),
    cause,
  });
}

export function tooManyConnections(most: number): OpsError {
  return new OpsError({
    code: "forward.too-many-connections",
    system,
    message: text(
      `A connection was turned away: ${most} are open through this forward already.`,
      `Une connexion a été refusée : ${most} passent déjà par cette redirection.`,
    ),
    hint: text(
      "Let the program that uses it close some of its connections, or reuse them.",
      "Faites fermer ou réutiliser des connexions par le programme qui s'en sert.",
    ),
  });
}

export function connectingTimedOut(seconds: number): OpsError {
  return new OpsError({
    code: "forward.timed-out",
    system,
    message: text(
      `The port was not reached within ${seconds} seconds.`,
      `Le port n'a pas été atteint en ${seconds} secondes.`,
    ),
    hint: text(
      "Check that what listens there is running and that its bounce is connected, then connect again.",
      "Vérifiez que ce qui y écoute fonctionne et que son rebond est connecté, puis reconnectez-vous.",
    ),
  });
}
