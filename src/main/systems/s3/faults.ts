import type { OpsError } from "../../../shared/errors.ts";
import { text } from "../../../shared/text.ts";
import { serviceFaults } from "../../reach/service-faults.ts";

const checkUrl = text(
  "Check that `url` in the estate file is that of the S3 service, without the name of a bucket.",
  "Vérifiez que « url », dans le fichier de parc, est bien celle du service S3, sans nom de compartiment.",
);
const tryAgain = text(
  "Try again; if it fails again, look at the state of the S3 service and at the link to it.",
  "Réessayez ; si l'échec persiste, examinez l'état du service S3 et la liaison avec lui.",
);

/** The errors that every service has, in the words of S3. */
export const service = serviceFaults({
  system: "s3",
  speaks: text("the S3 API", "l'API S3"),
  checkPlace: checkUrl,
  tryAgain,
});
const { fault } = service;

/** `s3.login-refused`: the access key is not known, or its secret is another. */
export function loginRefused(name: string): OpsError {
  return fault(
    "login-refused",
    text(`${name} refuses the access key.`, `${name} refuse la clé d'accès.`),
    text(
      "Check `accessKey` and the stored secret key, and whether `region` is the one that the service signs for.",
      "Vérifiez « accessKey » et la clé secrète enregistrée, et que « region » est celle que le service attend dans la signature.",
    ),
  );
}

/** `s3.not-allowed`: the key is known, but has not this right. */
export function notAllowed(name: string): OpsError {
  return fault(
    "not-allowed",
    text(
      `${name} does not allow this to the access key.`,
      `${name} n'accorde pas ce droit à la clé d'accès.`,
    ),
    text(
      "Grant it s3:ListBucket, s3:GetBucketVersioning and s3:GetBucketObjectLockConfiguration on the bucket.",
      "Accordez-lui s3:ListBucket, s3:GetBucketVersioning et s3:GetBucketObjectLockConfiguration sur le compartiment.",
    ),
  );
}

/** `s3.no-bucket`: there is no such bucket. */
export function noBucket(name: string): OpsError {
  return fault(
    "no-bucket",
    text(`${name} has no such bucket.`, `${name} n'a pas ce compartiment.`),
    text(
      "Check its name under `buckets` in the estate file.",
      "Vérifiez son nom sous « buckets » dans le fichier de parc.",
    ),
  );
}

/** `s3.clock-apart`: this workstation's clock and the service's are too far apart for a signature to be taken. */
export function clockApart(name: string): OpsError {
  return fault(
    "clock-apart",
    text(
      `The clocks of ${name} and of this workstation are too far apart for a signed request.`,
      `Les horloges de ${name} et de ce poste sont trop éloignées pour une requête signée.`,
    ),
    text("Set the clock that is wrong.", "Mettez à l'heure celle qui est fausse."),
  );
}

/** `s3.refused`: it does not accept what was asked for. */
export function refused(name: string, status: number): OpsError {
  return fault(
    "refused",
    text(`${name} refused the request (HTTP ${status}).`, `${name} a refusé la demande (HTTP ${status}).`),
    checkUrl,
  );
}
