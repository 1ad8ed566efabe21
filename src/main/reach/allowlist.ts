import ipaddr from "ipaddr.js";

/** An address in one spelling: IPv4-mapped IPv6 as IPv4, without zone; null when it is none. */
export function normalAddress(address: string): string | null {
  const bare = address.split("%")[0] ?? "";
  return ipaddr.isValid(bare) && (bare.includes(":") || ipaddr.IPv4.isValidFourPartDecimal(bare))
    ? ipaddr.process(bare).toString()
    : null;
}

/**
 * Whether an address lies in one of the ranges (CIDR). IPv4-mapped IPv6, in the address or in a range of
 * ::ffff:0:0/96, counts as IPv4. What is not an address or range is in nothing.
 */
export function insideRanges(address: string, ranges: readonly string[]): boolean {
  const normal = normalAddress(address);
  if (normal === null) return false;
  const parsed = ipaddr.parse(normal);
  return ranges.some((range) => {
    const network = parseRange(range);
    return network !== null && network[0].kind() === parsed.kind() && parsed.match(network);
  });
}

function parseRange(range: string): [ipaddr.IPv4 | ipaddr.IPv6, number] | null {
  if (!ipaddr.isValidCIDR(range)) return null;
  const [network, bits] = ipaddr.parseCIDR(range);
  return network instanceof ipaddr.IPv6 && network.isIPv4MappedAddress() && bits >= 96
    ? [network.toIPv4Address(), bits - 96]
    : [network, bits];
}
