/** Where an API server is, and how its TLS is judged. */
export interface Endpoint {
  /** The cluster, as errors name it. */
  cluster: string;
  address: string;
  port: number;
  /** What comes before every path: empty as a rule. */
  path: string;
  /** Null: plain HTTP, on a loopback interface only. */
  tls: {
    /** PEM; null: the workstation's own authorities. */
    authority: string | null;
    serverName: string | null;
    /** The kubeconfig says that nothing is to be checked. */
    insecure: boolean;
  } | null;
}

/** What a request carries to be let in. Secrets: they stay in this process. */
export interface Credentials {
  headers: Readonly<Record<string, string>>;
  certificate: { cert: string; key: string } | null;
  /** Epoch milliseconds when others must be fetched; null: they last. */
  validUntil: number | null;
  /** When a certificate ends that somebody has to renew by hand, and how long it was valid in all; milliseconds. */
  runsOut?: { at: number; life: number };
}

/** One cluster and the way to be let in; read anew whenever the kubeconfig changes. */
export interface ClusterLogin {
  endpoint: Endpoint;
  /** Throws OpsErrors `kubernetes.…` and `secrets.…`. */
  credentials(signal: AbortSignal): Promise<Credentials>;
}
