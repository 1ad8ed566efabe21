import { createHash, randomBytes, X509Certificate } from "node:crypto";
import type { Guest } from "../../../world/virtual/model.ts";
import type { KeyedCertificate } from "../../kubernetes/access/certificates.ts";
import { ownCertificate } from "../certificate.ts";
import type { VCenter } from "../inventory/vcenter.ts";
import { data, int, type Value, words } from "../soap/values.ts";

/** How long a ticket that nobody has used is good, in milliseconds of this computer's clock. */
const lifetime = 60_000;
const mostTickets = 1_000;
/** Where every host answers with its guests' screens. */
export const screenPort = 443;

/** The tickets for screens: each is for one guest at the host where it runs, opens one session, and soon expires. */
export class Tickets {
  private readonly center: VCenter;
  private readonly issued = new Map<string, { guest: string; host: string; until: number }>();
  private readonly certificates = new Map<string, KeyedCertificate>();

  constructor(center: VCenter) {
    this.center = center;
  }

  /** A ticket for a guest's screen: the fields of a VirtualMachineTicket. */
  issue(guest: Guest): [name: string, value: Value][] {
    const host = this.center.virtual.host(guest.host);
    const ticket = randomBytes(16).toString("hex");
    const [oldest] = this.issued.keys();
    if (this.issued.size >= mostTickets && oldest !== undefined) this.issued.delete(oldest);
    this.issued.set(ticket, { guest: guest.id, host: host.id, until: performance.now() + lifetime });
    const { raw } = new X509Certificate(this.certificateOf(host.id).cert);
    const digest = (name: "sha1" | "sha256") =>
      createHash(name)
        .update(raw)
        .digest("hex")
        .toUpperCase()
        .replace(/..(?=.)/g, "$&:");
    return [
      ["ticket", words(ticket)],
      ["cfgFile", words(`${guest.name}.vmx`)],
      ["host", words(host.address)],
      ["port", int(screenPort)],
      ["sslThumbprint", words(digest("sha1"))],
      [
        "certThumbprintList",
        data("VirtualMachineCertThumbprint", {
          thumbprint: words(digest("sha256")),
          hashAlgorithm: words("sha256"),
        }),
      ],
      ["url", words(`wss://${host.address}:${screenPort}/ticket/${ticket}`)],
    ];
  }

  /** The guest that a ticket is for at that host, once; null for one that is used, expired, or for another host. */
  redeem(ticket: string, host: string): Guest | null {
    const found = this.issued.get(ticket);
    this.issued.delete(ticket);
    if (!found || found.host !== host || found.until < performance.now()) return null;
    const guest = this.center.virtual.guests.get(found.guest);
    return guest?.host === host && guest.power === "on" ? guest : null;
  }

  /** The certificate of a host, signed by itself; made when it is first asked for. */
  certificateOf(host: string): KeyedCertificate {
    const known = this.certificates.get(host);
    if (known) return known;
    const { name, address } = this.center.virtual.host(host);
    const made = ownCertificate(name, address);
    this.certificates.set(host, made);
    return made;
  }
}
