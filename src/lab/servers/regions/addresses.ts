/** Where the servers of the regions stand in the lab's network, behind the bounce (RFC 5737). */
export const addresses = {
  /** Where the applications of a region are asked for. */
  frontEast: "192.0.2.78",
  frontNorth: "192.0.2.138",
  objectsEast: "192.0.2.76",
  objectsNorth: "192.0.2.136",
  objectsDepot: "192.0.2.196",
  namesEast: "192.0.2.77",
  namesNorth: "192.0.2.137",
  namesDepot: "192.0.2.197",
  resolver1: "192.0.2.201",
  resolver2: "192.0.2.202",
  announce: "192.0.2.210",
  alerts: "192.0.2.211",
} as const;
