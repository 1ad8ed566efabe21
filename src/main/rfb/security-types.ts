/** Security types of RFB (RFC 6143, 7.1.2, and its registry) that matter here. */
export const securityType = { none: 1, vncAuthentication: 2, veNCrypt: 19 } as const;

/** What VeNCrypt (security type 19) goes on with; its number, then how it is protected and logged in to. */
export const veNCryptType = {
  none: 1,
  vncAuthentication: 2,
  plain: 256,
  tlsNone: 257,
  tlsVnc: 258,
  tlsPlain: 259,
  x509None: 260,
  x509Vnc: 261,
  x509Plain: 262,
} as const;

const names = new Map<number, string>([
  [securityType.none, "None"],
  [securityType.vncAuthentication, "VNC"],
  [5, "RA2"],
  [6, "RA2ne"],
  [16, "Tight"],
  [17, "Ultra"],
  [18, "TLS"],
  [securityType.veNCrypt, "VeNCrypt"],
  [20, "SASL"],
  [21, "MD5"],
  [22, "XVP"],
  [30, "Apple"],
  [35, "Mac OS X"],
  [129, "RA256"],
  [130, "RAne256"],
  [veNCryptType.plain, "Plain"],
  [veNCryptType.tlsNone, "TLSNone"],
  [veNCryptType.tlsVnc, "TLSVnc"],
  [veNCryptType.tlsPlain, "TLSPlain"],
  [veNCryptType.x509None, "X509None"],
  [veNCryptType.x509Vnc, "X509Vnc"],
  [veNCryptType.x509Plain, "X509Plain"],
]);

/** Names of security types for an error, each once and at most ten. */
export function securityNames(types: readonly number[]): string[] {
  return [...new Set(types)].slice(0, 10).map((type) => names.get(type) ?? String(type));
}

/** How a log-in is protected: by a certificate, by TLS without one, or not at all. */
export type Protection = "certificate" | "anonymous" | "none";
export interface Login {
  protection: Protection;
  proof: "none" | "vnc" | "plain";
}

/** What each type of VeNCrypt that the console knows amounts to. */
export const veNCryptLogins = new Map<number, Login>([
  [veNCryptType.none, { protection: "none", proof: "none" }],
  [veNCryptType.vncAuthentication, { protection: "none", proof: "vnc" }],
  [veNCryptType.plain, { protection: "none", proof: "plain" }],
  [veNCryptType.tlsNone, { protection: "anonymous", proof: "none" }],
  [veNCryptType.tlsVnc, { protection: "anonymous", proof: "vnc" }],
  [veNCryptType.tlsPlain, { protection: "anonymous", proof: "plain" }],
  [veNCryptType.x509None, { protection: "certificate", proof: "none" }],
  [veNCryptType.x509Vnc, { protection: "certificate", proof: "vnc" }],
  [veNCryptType.x509Plain, { protection: "certificate", proof: "plain" }],
]);
