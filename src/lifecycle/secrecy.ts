/** Seals the outputs that Pulumi does not: it encrypts those under the name of a secret input, and no others. */
import { isRecord } from "../base/json";
import { hiddenInputs, type Properties } from "./state";

/** Pulumi's wire format for a secret. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** The rows of a SELECT become a secret if its query is, or its parameters, context or triggers. */
export function sealed(outputs: Properties): Properties {
  const { results } = outputs;
  const isOpen = results !== undefined && !(isRecord(results) && SIGNATURE in results);
  if (!isOpen || !hiddenInputs(outputs).secretTexts) return outputs;
  return { ...outputs, results: { [SIGNATURE]: SECRET, value: results } };
}
