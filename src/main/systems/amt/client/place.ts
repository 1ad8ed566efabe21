/** Where one machine's AMT is, and under which name it is spoken of. */
export interface AmtPlace {
  name: string;
  address: string;
  port: number;
  via: string | null;
  allowlist: string | null;
}
