/** How a provider refuses: outright, or half done, which comes as details in the metadata of the error. */
import { annotateSecrets, copy, type Properties } from "./properties";
import { fromStruct, type Sdk } from "./sdk";

/** The provider refused; with `partial`, the resource exists but is not ready. */
export class ProviderError extends Error {
  constructor(
    message: string,
    readonly partial?: { id: string; outputs: Properties; reasons: string[] },
  ) {
    super(message);
  }
}

export function refusal(sdk: Sdk, error: unknown, asked: Properties): ProviderError {
  const { details, message, metadata } = error as {
    details?: string;
    message: string;
    metadata?: { get(key: string): unknown[] };
  };
  for (const packed of metadata?.get("grpc-status-details-bin") ?? []) {
    for (const detail of sdk.status.Status.deserializeBinary(packed as Uint8Array).getDetailsList()) {
      if (!detail.getTypeUrl().endsWith("pulumirpc.ErrorResourceInitFailed")) continue;
      const failed = sdk.provider.ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8());
      const reasons = failed.getReasonsList();
      const outputs = marked(fromStruct(failed.getProperties()), asked);
      return new ProviderError(listed(reasons), { id: failed.getId(), outputs, reasons });
    }
  }
  return new ProviderError(details || message);
}

/** What came back, secret where what was asked is. */
export function marked(outs: Properties, ins: Properties): Properties {
  const result = copy(outs);
  annotateSecrets(result, ins);
  return result;
}

function listed(reasons: string[]): string {
  if (reasons.length === 0) return "resource init failed";
  const count = reasons.length === 1 ? "1 error" : `${reasons.length} errors`;
  return `${count} occurred:${reasons.map((reason) => `\n\t* ${reason}`).join("")}`;
}
