import { X509Certificate } from "node:crypto";
import type { MadeRequest } from "../../shared/certificates.ts";
import { type LocalText, text } from "../../shared/text.ts";
import { type Fitting, judgeFit } from "../x509/fit.ts";
import { certifiedKeyDigest } from "../x509/read.ts";
import { readRequest } from "../x509/request.ts";

/** Whether what came back (PEM) is for the key and the names of a request, as of now; else what speaks against it. */
export function judgeAnswer(
  pem: string,
  { request }: Pick<MadeRequest, "request">,
  now: number,
): Fitting | LocalText {
  const asked = readRequest(request);
  if (!asked) return text("The request cannot be read any more.", "La demande n'est plus lisible.");
  const found = judgeFit(pem, { key: null, names: asked.names, endsBefore: null, now });
  if (!("pem" in found)) return found;
  if (certifiedKeyDigest(new X509Certificate(found.pem)) === asked.keyDigest) return found;
  return text(
    "The certificate is for another key than the newest request.",
    "Le certificat correspond à une autre clé que celle de la dernière demande.",
  );
}
