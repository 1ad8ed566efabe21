import { z } from "zod";
import { capacityRulesSchema, parityRuleSchema } from "./estate-capacity.ts";
import { durationSchema, expectations, identifierSchema, parseDuration } from "./estate-words.ts";
import { proceduresSchema } from "./procedure.ts";
import { localTextSchema } from "./text.ts";

export { durationSchema, expectations, identifierSchema, parseDuration };

/**
 * Where a secret is kept, never the secret: `keychain:NAME` (OS keychain or the passphrase file), `vault:PATH#FIELD`,
 * and for scripts `env:VARIABLE` or `file:PATH` (relative to the estate file; mode 0600 is demanded).
 */
export const secretReferenceSchema = z
  .string()
  .regex(
    /^(keychain:[A-Za-z0-9._-]{1,100}|vault:[^#\s]{1,200}#[A-Za-z0-9._-]{1,100}|env:[A-Za-z_][A-Za-z0-9_]{0,100}|file:\S{1,400})$/,
    expectations.secretReference.en,
  );
export type SecretReference = z.infer<typeof secretReferenceSchema>;

/** Ways to log in over SSH, tried in the order in which they are listed. */
export const authenticationSchema = z.union([
  z.strictObject({ agent: z.union([z.literal(true), z.string()]) }),
  z.strictObject({ key: z.string(), passphrase: secretReferenceSchema.optional() }),
  z.strictObject({ password: secretReferenceSchema }),
  z.strictObject({ keyboardInteractive: z.union([secretReferenceSchema, z.literal("ask")]) }),
]);
export type Authentication = z.infer<typeof authenticationSchema>;

const sshLogin = {
  user: z.string().min(1).max(64),
  authentication: z.array(authenticationSchema).min(1).max(8),
};
/** RFC 1123 names; a name whose last label is all digits is a mistyped IPv4 address and is refused. */
const hostNamePattern =
  /^(?=.{1,253}$)(?!(.*\.)?\d+$)[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?)*$/;
const addressSchema = z.union(
  [z.ipv4(), z.ipv6(), z.string().regex(hostNamePattern)],
  expectations.address.en,
);

const sshPlace = {
  address: addressSchema,
  port: z.int().min(1).max(65535).default(22),
  /** The hop to go through; a hop may itself have one. */
  via: identifierSchema.optional(),
  /** The range that the workstation must be in before a credential is sent. */
  allowlist: identifierSchema.optional(),
  /** Pins the host key; without it known_hosts decides. */
  hostKey: z
    .string()
    .regex(/^SHA256:[A-Za-z0-9+/]{43}$/, expectations.hostKey.en)
    .optional(),
};

/** A bounce host: an SSH server that others are reached through. */
export const hopSchema = z.strictObject({
  name: z.string().min(1).max(100).optional(),
  site: identifierSchema.optional(),
  ...sshPlace,
  ...sshLogin,
});
export type Hop = z.infer<typeof hopSchema>;

/** The config of a system of type `ssh`: Linux hosts, with defaults that each host may override. */
export const sshSystemSchema = z.strictObject({
  type: z.literal("ssh"),
  site: identifierSchema.optional(),
  environment: identifierSchema.optional(),
  via: identifierSchema.optional(),
  allowlist: identifierSchema.optional(),
  user: sshLogin.user.optional(),
  authentication: sshLogin.authentication.optional(),
  /** How often facts are read again. */
  every: durationSchema.default("30s"),
  hosts: z.record(
    identifierSchema,
    z.strictObject({
      name: z.string().min(1).max(100).optional(),
      kind: z.enum(["host", "vm"]).default("host"),
      /** The host that a VM lives on. */
      parent: identifierSchema.optional(),
      site: identifierSchema.optional(),
      environment: identifierSchema.optional(),
      ...sshPlace,
      user: sshLogin.user.optional(),
      authentication: sshLogin.authentication.optional(),
    }),
  ),
});
export type SshSystemConfig = z.infer<typeof sshSystemSchema>;

const certificatePinSchema = z
  .string()
  .regex(/^([0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$/, expectations.certificatePin.en);

const amtTlsSchema = z.union([
  z.boolean(),
  z.strictObject({
    /** The certificate that must be shown; without it an authority of the workstation must vouch for it. */
    pin: certificatePinSchema.optional(),
    /** Allow the TLS of firmware before AMT 12: version 1.0, old ciphers, insecure renegotiation. */
    legacy: z.boolean().default(false),
  }),
]);
export type AmtTlsConfig = z.infer<typeof amtTlsSchema>;

const amtUserSchema = z.string().regex(/^[!#-+\x2d-9;-~]{1,32}$/, expectations.amtUser.en);

/**
 * How AMT's screen is reached: over its redirection on the web port, by AMT's own log-in; or over its classic VNC port
 * with the eight-character password of its own, at the machine's address or where a bounce publishes it.
 */
const amtScreenSchema = z.union([
  z.enum(["redirection", "none"]),
  z.strictObject({
    address: addressSchema.optional(),
    port: z.int().min(1).max(65535).default(5900),
    via: identifierSchema.optional(),
    password: secretReferenceSchema,
  }),
]);
export type AmtScreenConfig = z.infer<typeof amtScreenSchema>;

/** The config of a system of type `amt`: machines with Intel AMT, each with defaults of the system. */
export const amtSystemSchema = z.strictObject({
  type: z.literal("amt"),
  site: identifierSchema.optional(),
  environment: identifierSchema.optional(),
  via: identifierSchema.optional(),
  allowlist: identifierSchema.optional(),
  user: amtUserSchema.default("admin"),
  password: secretReferenceSchema.optional(),
  tls: amtTlsSchema.default(false),
  screen: amtScreenSchema.default("redirection"),
  /** How often the power state is read. */
  every: durationSchema.default("30s"),
  /** By the identifier of the host that the machine is; an ssh system may declare the same host. */
  machines: z.record(
    identifierSchema,
    z.strictObject({
      name: z.string().min(1).max(100).optional(),
      site: identifierSchema.optional(),
      environment: identifierSchema.optional(),
      address: addressSchema,
      /** 16992 when left out, 16993 with TLS. */
      port: z.int().min(1).max(65535).optional(),
      via: identifierSchema.optional(),
      allowlist: identifierSchema.optional(),
      user: amtUserSchema.optional(),
      password: secretReferenceSchema.optional(),
      tls: amtTlsSchema.optional(),
      screen: amtScreenSchema.optional(),
    }),
  ),
});
export type AmtSystemConfig = z.infer<typeof amtSystemSchema>;

/**
 * TLS of a VNC server: false takes what it offers; true or a pin demands a certificate, `anonymous` encryption alone,
 * without proof of who answers.
 */
const screenTlsSchema = z.union([
  z.boolean(),
  z.literal("anonymous"),
  z.strictObject({
    pin: certificatePinSchema.optional(),
    legacy: z.boolean().default(false),
    /** TLS before RFB says a word, as a TLS proxy in front of the server speaks it, instead of VeNCrypt. */
    fromStart: z.boolean().default(false),
  }),
]);
export type ScreenTlsConfig = z.infer<typeof screenTlsSchema>;

const screenPlace = {
  address: addressSchema,
  /** An RFB port; display :N is port 5900 + N. */
  port: z.int().min(1).max(65535).default(5900),
  via: identifierSchema.optional(),
  allowlist: identifierSchema.optional(),
  /** For security types that want a name too (VeNCrypt Plain). */
  user: z.string().min(1).max(64).optional(),
  password: secretReferenceSchema.optional(),
  tls: screenTlsSchema.optional(),
};

/** The config of a system of type `vnc`: screens of hosts and VMs that an RFB server shows (QEMU, Xvnc, x11vnc …). */
export const vncSystemSchema = z.strictObject({
  type: z.literal("vnc"),
  site: identifierSchema.optional(),
  environment: identifierSchema.optional(),
  via: identifierSchema.optional(),
  allowlist: identifierSchema.optional(),
  password: secretReferenceSchema.optional(),
  tls: screenTlsSchema.default(false),
  /** By the identifier of the host or VM whose screen it is; another system may declare the same one. */
  screens: z.record(
    identifierSchema,
    z.strictObject({
      name: z.string().min(1).max(100).optional(),
      kind: z.enum(["host", "vm"]).default("vm"),
      parent: identifierSchema.optional(),
      site: identifierSchema.optional(),
      environment: identifierSchema.optional(),
      ...screenPlace,
    }),
  ),
});
export type VncSystemConfig = z.infer<typeof vncSystemSchema>;

/**
 * The config of a system of type `kubernetes`: one cluster, by a context of a kubeconfig, or by its API server and a
 * log-in. Paths are relative to the estate file.
 */
export const kubernetesSystemSchema = z
  .strictObject({
    type: z.literal("kubernetes"),
    name: z.string().min(1).max(100).optional(),
    site: identifierSchema.optional(),
    environment: identifierSchema.optional(),
    via: identifierSchema.optional(),
    allowlist: identifierSchema.optional(),
    kubeconfig: z.string().min(1).max(400).optional(),
    /** The kubeconfig's current one when left out. */
    context: z.string().min(1).max(253).optional(),
    server: z
      .string()
      .max(400)
      .regex(/^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/, expectations.apiServer.en)
      .optional(),
    /** The PEM file of the authority that vouches for the API server; the workstation's own when left out. */
    certificateAuthority: z.string().min(1).max(400).optional(),
    /** The name that the API server's certificate must bear, where that is not the one in `server`. */
    serverName: z.string().min(1).max(253).optional(),
    token: secretReferenceSchema.optional(),
    /** A PEM file, and the secret that holds its private key as PEM. */
    clientCertificate: z.string().min(1).max(400).optional(),
    clientKey: secretReferenceSchema.optional(),
    /** Only these are looked at; all when empty. */
    namespaces: z
      .array(z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, expectations.namespace.en))
      .max(200)
      .default([]),
    every: durationSchema.default("30s"),
  })
  .refine(({ kubeconfig, server }) => (kubeconfig === undefined) !== (server === undefined), {
    error: expectations.clusterAccess.en,
  });
export type KubernetesSystemConfig = z.infer<typeof kubernetesSystemSchema>;

/** `LABEL OPERATOR "VALUE"`, as Prometheus writes matchers, joined by commas. */
const matcher = String.raw`\s*[A-Za-z_][A-Za-z0-9_]*\s*(?:=~|!~|!=|=)\s*"(?:[^"\\]|\\["\\n])*"\s*`;
const matchersSchema = z
  .string()
  .max(1000)
  .regex(new RegExp(`^${matcher}(?:,${matcher}){0,19}$`), expectations.matchers.en);

/** What exporters are usually told apart by: the name of the machine, and often a port after it. */
const instanceMatcher = `instance=~"\${name}(:.*)?"`;

/** The config of a system of type `alertmanager`: one Prometheus Alertmanager, or a cluster of them, by its URL. */
export const alertmanagerSystemSchema = z
  .strictObject({
    type: z.literal("alertmanager"),
    name: z.string().min(1).max(100).optional(),
    /** Given, only what stands there is silenced by it. */
    site: identifierSchema.optional(),
    environment: identifierSchema.optional(),
    via: identifierSchema.optional(),
    allowlist: identifierSchema.optional(),
    url: z
      .string()
      .max(400)
      .regex(/^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/, expectations.webAddress.en),
    user: z.string().min(1).max(100).optional(),
    password: secretReferenceSchema.optional(),
    token: secretReferenceSchema.optional(),
    /** The PEM file of the authority that vouches for it, relative to the estate file. */
    certificateAuthority: z.string().min(1).max(400).optional(),
    /** The certificate that must be shown, instead of one that an authority vouches for. */
    pin: certificatePinSchema.optional(),
    every: durationSchema.default("30s"),
    /**
     * Which alerts are about a resource, by its kind: matchers with `${name}`, `${id}` and `${address}` for what it is
     * called. What is left out is not silenced.
     */
    silence: z.partialRecord(z.enum(["host", "vm", "node", "cluster"]), matchersSchema).default({
      host: instanceMatcher,
      vm: instanceMatcher,
      node: instanceMatcher,
    }),
  })
  .refine(
    ({ user, password, token }) =>
      (user === undefined) === (password === undefined) && (user === undefined || token === undefined),
    { error: expectations.webLogin.en },
  );
export type AlertmanagerSystemConfig = z.infer<typeof alertmanagerSystemSchema>;

/** The config of a system of type `vsphere`: one vCenter, or one ESXi host by itself. */
export const vsphereSystemSchema = z.strictObject({
  type: z.literal("vsphere"),
  name: z.string().min(1).max(100).optional(),
  /** The site of what is in no datacenter named below. */
  site: identifierSchema.optional(),
  environment: identifierSchema.optional(),
  via: identifierSchema.optional(),
  allowlist: identifierSchema.optional(),
  address: addressSchema,
  port: z.int().min(1).max(65535).default(443),
  user: z.string().min(1).max(200),
  password: secretReferenceSchema,
  /** The PEM file of the authority that vouches for it, relative to the estate file. */
  certificateAuthority: z.string().min(1).max(400).optional(),
  /** The certificate that must be shown, instead of one that an authority vouches for. */
  pin: certificatePinSchema.optional(),
  /** The site of each datacenter, by the datacenter's name. */
  datacenters: z.record(z.string().min(1).max(80), identifierSchema).default({}),
  every: durationSchema.default("60s"),
});
export type VsphereSystemConfig = z.infer<typeof vsphereSystemSchema>;

/**
 * The config of a system of type `proxmox`: one Proxmox VE cluster, or a node by itself, by the addresses of its nodes; the
 * first that answers serves for all.
 */
export const proxmoxSystemSchema = z
  .strictObject({
    type: z.literal("proxmox"),
    name: z.string().min(1).max(100).optional(),
    site: identifierSchema.optional(),
    environment: identifierSchema.optional(),
    via: identifierSchema.optional(),
    allowlist: identifierSchema.optional(),
    addresses: z
      .array(
        z.union([
          addressSchema,
          z.strictObject({ address: addressSchema, port: z.int().min(1).max(65535).optional() }),
        ]),
      )
      .min(1)
      .max(64),
    port: z.int().min(1).max(65535).default(8006),
    /** `USER@REALM` with a password, `USER@REALM!TOKEN` with an API token. */
    user: z
      .string()
      .max(200)
      .regex(
        /^[^\s:/!=@]+(@[^\s:/!=@]+)?@[A-Za-z][A-Za-z0-9._-]+(![A-Za-z][A-Za-z0-9._-]+)?$/,
        expectations.proxmoxUser.en,
      ),
    password: secretReferenceSchema.optional(),
    /** The secret that one-time codes are made of; a person is asked for each code when left out. */
    totp: secretReferenceSchema.optional(),
    token: secretReferenceSchema.optional(),
    /** The PEM file of the authority that vouches for the nodes, relative to the estate file. */
    certificateAuthority: z.string().min(1).max(400).optional(),
    /** The certificates of which one must be shown, instead of one that an authority vouches for: one a node. */
    pins: z.array(certificatePinSchema).max(64).default([]),
    every: durationSchema.default("15s"),
  })
  .refine(
    ({ user, password, token, totp }) =>
      user.includes("!")
        ? token !== undefined && password === undefined && totp === undefined
        : password !== undefined && token === undefined,
    { error: expectations.proxmoxLogin.en },
  );
export type ProxmoxSystemConfig = z.infer<typeof proxmoxSystemSchema>;

export const supportWindows = ["gold", "silver-6", "silver-5"] as const;

/** What every estate has; `systems` is closed over the known system types by main/estate. */
export const estateSchema = z.strictObject({
  passerelle: z.literal(1),
  name: z.string().min(1).max(100),
  environments: z
    .record(
      identifierSchema,
      z.strictObject({
        name: z.string().min(1).max(100).optional(),
        supportWindow: z.enum(supportWindows).optional(),
        rpo: durationSchema.optional(),
        rto: durationSchema.optional(),
        timeZone: z.string().max(60).optional(),
        capacity: capacityRulesSchema.optional(),
      }),
    )
    .default({}),
  sites: z
    .record(
      identifierSchema,
      z.strictObject({
        name: z.string().min(1).max(100).optional(),
        environment: identifierSchema.optional(),
      }),
    )
    .default({}),
  parity: z.array(parityRuleSchema).max(50).default([]),
  reach: z
    .strictObject({
      /** known_hosts files in OpenSSH's format, relative to the estate file, read before the console's own. */
      knownHosts: z.array(z.string()).default([]),
      allowlists: z
        .record(
          identifierSchema,
          z.array(z.union([z.cidrv4(), z.cidrv6()], expectations.addressRange.en)).min(1),
        )
        .default({}),
      hops: z.record(identifierSchema, hopSchema).default({}),
    })
    .default({ knownHosts: [], allowlists: {}, hops: {} }),
  systems: z.record(identifierSchema, z.looseObject({ type: z.string() })).default({}),
  procedures: proceduresSchema.default({}),
});
export type Estate = z.infer<typeof estateSchema>;

/** Something wrong in an estate file: where, what was expected, and the nearest valid word if there is one. */
export const estateFaultSchema = z.object({
  file: z.string(),
  line: z.int(),
  column: z.int(),
  path: z.string(),
  message: localTextSchema,
  expected: localTextSchema.nullable(),
  nearMiss: z.string().nullable(),
});
export type EstateFault = z.infer<typeof estateFaultSchema>;
