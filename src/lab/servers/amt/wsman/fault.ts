/** Which fault of WS-Management to answer with: a prefix of the reply's namespaces, the subcode and its words. */
const faults = {
  unreachable: [
    "b:DestinationUnreachable",
    "No route can be determined to reach the destination role defined by the WSAddressing To.",
  ],
  "unknown-action": ["b:ActionNotSupported", "The action is not supported by the service."],
  "missing-header": ["b:MessageInformationHeaderRequired", "A required header was missing."],
  "wrong-selectors": ["c:InvalidSelectors", "The Selectors for the resource were not valid."],
  "wrong-body": [
    "c:SchemaValidationError",
    "The supplied SOAP violates the corresponding XML schema definition.",
  ],
  "wrong-values": ["t:InvalidRepresentation", "The XML content was invalid."],
  "access-denied": ["c:AccessDenied", "The sender was not authorized to access the resource."],
  "wrong-context": ["n:InvalidEnumerationContext", "The supplied enumeration context is invalid."],
  "too-many": ["c:QuotaLimit", "The service is busy servicing other requests."],
  "too-long": [
    "c:EncodingLimit",
    "An internal encoding limit was exceeded in a request or would be violated.",
  ],
} as const;
export type FaultKind = keyof typeof faults;

/** A request that is answered with a fault instead of what it asked for. */
export class WsmanFault extends Error {
  readonly subcode: string;
  readonly words: string;

  constructor(kind: FaultKind) {
    super(kind);
    [this.subcode, this.words] = faults[kind];
  }
}
